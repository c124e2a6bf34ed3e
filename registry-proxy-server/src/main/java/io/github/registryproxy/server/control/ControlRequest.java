package io.github.registryproxy.server.control;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import java.util.List;
import java.util.Optional;

/** What an operator wants of a cache, or of images of one's own; on the socket, one line. */
public sealed interface ControlRequest {
    /** The longest line, in bytes. */
    int LONGEST = 1024;

    /** How it stands. */
    record Status() implements ControlRequest {
        @Override
        public String line() {
            return "status";
        }
    }

    /** Read all and drop what is damaged. */
    record Scrub() implements ControlRequest {
        @Override
        public String line() {
            return "scrub";
        }
    }

    /** Take a repository away. */
    record PurgeRepository(RepositoryName repository) implements ControlRequest {
        @Override
        public String line() {
            return "purge-repository " + repository;
        }
    }

    /** Take a tag away. */
    record PurgeTag(RepositoryName repository, Tag tag) implements ControlRequest {
        @Override
        public String line() {
            return "purge-tag " + repository + " " + tag;
        }
    }

    /** Take a blob or manifest away, wherever it is. */
    record PurgeDigest(Digest digest) implements ControlRequest {
        @Override
        public String line() {
            return "purge-digest " + digest;
        }
    }

    /** Forget which tags were not there. */
    record ForgetMissingTags() implements ControlRequest {
        @Override
        public String line() {
            return "forget-missing-tags";
        }
    }

    /** How images of one's own stand. */
    record HostedStatus() implements ControlRequest {
        @Override
        public String line() {
            return "hosted-status";
        }
    }

    /** Delete of them what nobody needs. */
    record Collect() implements ControlRequest {
        @Override
        public String line() {
            return "hosted-gc";
        }
    }

    /** Read all of them and tell what is wrong. */
    record Check() implements ControlRequest {
        @Override
        public String line() {
            return "hosted-fsck";
        }
    }

    /** As it stands on the socket, without its end. */
    String line();

    /** Reads a line; empty where it asks for nothing known. */
    static Optional<ControlRequest> parse(String line) {
        List<String> words = List.of(line.split(" ", 4));
        String first = words.size() > 1 ? words.get(1) : "";
        String second = words.size() > 2 ? words.get(2) : "";
        try {
            Optional<ControlRequest> request = Optional.ofNullable(
                    switch (words.get(0)) {
                        case "status" -> new Status();
                        case "scrub" -> new Scrub();
                        case "purge-repository" -> new PurgeRepository(new RepositoryName(first));
                        case "purge-tag" -> new PurgeTag(new RepositoryName(first), new Tag(second));
                        case "purge-digest" -> new PurgeDigest(Digest.parse(first));
                        case "forget-missing-tags" -> new ForgetMissingTags();
                        case "hosted-status" -> new HostedStatus();
                        case "hosted-gc" -> new Collect();
                        case "hosted-fsck" -> new Check();
                        default -> null;
                    });
            return request.filter(known -> known.line().equals(line));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }
}

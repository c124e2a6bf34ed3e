package io.github.registryproxy.hosted;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/** Rule by which tags, and everything that they lead to, never change. */
record ImmutableTags(BiPredicate<RepositoryName, Tag> rule) {
    /** Refuses to let go of a tag with DENIED, 403. */
    void checkDelete(Repository repository, Tag tag) {
        if (rule.test(repository.name(), tag)) {
            throw denied("the tag " + tag + " is immutable: it stands for what it was pushed as");
        }
    }

    /** Refuses to move a tag to another manifest with DENIED, 403. */
    void checkMove(Repository repository, Tag tag, Digest digest) {
        Digest before = repository.tags().get(tag);
        if (before != null && !before.equals(digest)) {
            checkDelete(repository, tag);
        }
    }

    /** Refuses to change a manifest that an immutable tag leads to, through any number of indexes, with DENIED, 403. */
    void checkChange(Repository repository, Digest manifest) {
        Optional<Tag> tag = leadingTo(repository, manifest);
        if (tag.isPresent()) {
            throw denied("the immutable tag " + tag.get() + " leads to this manifest");
        }
    }

    private Optional<Tag> leadingTo(Repository repository, Digest wanted) {
        Set<Digest> seen = new HashSet<>();
        for (Map.Entry<Tag, Digest> tag : repository.tags().entrySet()) {
            if (rule.test(repository.name(), tag.getKey()) && leads(repository, tag.getValue(), wanted, seen)) {
                return Optional.of(tag.getKey());
            }
        }
        return Optional.empty();
    }

    private static boolean leads(Repository repository, Digest root, Digest wanted, Set<Digest> seen) {
        Deque<Digest> left = new ArrayDeque<>();
        left.add(root);
        while (!left.isEmpty()) {
            Digest next = left.remove();
            if (next.equals(wanted)) {
                return true;
            }
            StoredManifest manifest = repository.manifests().get(next);
            if (manifest != null && seen.add(next)) {
                left.addAll(manifest.manifests());
            }
        }
        return false;
    }

    private static RegistryException denied(String why) {
        return ErrorCode.DENIED.because(why).asException();
    }
}

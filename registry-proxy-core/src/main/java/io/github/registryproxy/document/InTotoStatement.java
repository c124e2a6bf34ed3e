package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.registryproxy.protocol.Digest;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What is said about which content: in-toto attestation framework, "Statement" v1.
 *
 * @param predicateType what kind of thing is said, such as {@link #COSIGN_SIGN}
 * @param subjects about which content; digests of other kinds than registries use are left out
 */
public record InTotoStatement(String predicateType, Set<Digest> subjects) {
    /** The payload type of an envelope that holds one. */
    public static final String MEDIA_TYPE = "application/vnd.in-toto+json";

    /** The predicate of a signature that says no more than that it signs. */
    public static final String COSIGN_SIGN = "https://sigstore.dev/cosign/sign/v1";

    private static final String TYPE_PREFIX = "https://in-toto.io/Statement/";

    public InTotoStatement {
        subjects = Set.copyOf(subjects);
    }

    /** The statement; empty where the bytes are none. */
    public static Optional<InTotoStatement> parse(byte[] json) {
        JsonNode statement = PayloadJson.read(json);
        if (!statement.path("_type").asText("").startsWith(TYPE_PREFIX)) {
            return Optional.empty();
        }
        Set<Digest> subjects = new LinkedHashSet<>();
        for (JsonNode subject : statement.path("subject")) {
            subject.path("digest")
                    .properties()
                    .forEach(digest -> Digests.of(
                                    digest.getKey() + ":" + digest.getValue().asText(""))
                            .ifPresent(subjects::add));
        }
        return Optional.of(new InTotoStatement(statement.path("predicateType").asText(""), subjects));
    }
}

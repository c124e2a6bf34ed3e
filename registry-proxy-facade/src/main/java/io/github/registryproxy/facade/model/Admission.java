package io.github.registryproxy.facade.model;

import io.github.registryproxy.policy.Rules;
import io.github.registryproxy.policy.SignatureKey;
import io.github.registryproxy.protocol.Platform;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which content is served. Equal where the rules read the same.
 *
 * @param repositories which of them; empty: all
 * @param tags which of them, with what they lead to; empty: all
 * @param signatureKeys one of which has to have signed it; empty: unsigned too
 * @param minimumAge since when it has been known here; empty: new too
 * @param platforms for which of them; empty: all
 */
public record Admission(
        Optional<Rules> repositories,
        Optional<Rules> tags,
        List<SignatureKey> signatureKeys,
        Optional<Duration> minimumAge,
        List<Platform> platforms) {
    /** All that there is. */
    public static final Admission ALL =
            new Admission(Optional.empty(), Optional.empty(), List.of(), Optional.empty(), List.of());

    @Override
    public boolean equals(Object other) {
        return other instanceof Admission admission && admission.content().equals(content());
    }

    @Override
    public int hashCode() {
        return content().hashCode();
    }

    private List<Object> content() {
        return List.of(
                repositories.map(Rules::toString), tags.map(Rules::toString), signatureKeys, minimumAge, platforms);
    }
}

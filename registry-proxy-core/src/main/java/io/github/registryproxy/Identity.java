package io.github.registryproxy;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Who a client has proved to be. A login puts it on the request; what stands inside the login reads it.
 *
 * @param name as its source writes it, 1 to 255 characters without control characters; never a secret
 * @param groups what the source says it belongs to, often nothing
 */
public record Identity(String name, Set<String> groups) {
    /** The identity on a request; absent where nobody logged in. */
    public static final Attribute<Identity> ATTRIBUTE = Attribute.named("identity");

    /** Where what stands outside the login, such as an access log, finds out afterwards who it was. */
    public static final Attribute<AtomicReference<Optional<Identity>>> HOLDER = Attribute.named("identity holder");

    private static final int LONGEST = 255;

    public Identity {
        Objects.requireNonNull(name, "name");
        groups = Set.copyOf(groups);
        if (name.isEmpty() || name.length() > LONGEST || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("an identity's name has 1 to 255 characters, none a control character");
        }
    }

    /** Somebody of no group. */
    public static Identity of(String name) {
        return new Identity(name, Set.of());
    }

    /** The request with this identity on it, which the holder, if there is one, is told as well. */
    public RegistryRequest on(RegistryRequest request) {
        request.get(HOLDER).ifPresent(holder -> holder.set(Optional.of(this)));
        return request.with(ATTRIBUTE, this);
    }
}

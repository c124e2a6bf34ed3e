package io.github.registryproxy.login;

import io.github.registryproxy.Identity;
import java.util.Objects;
import java.util.Optional;

/**
 * Whom a rule is about. A kind of its own each, never told by how a name is spelt: somebody called {@code anybody} or like a
 * group has no more rights than others.
 */
public sealed interface Who {
    /** Whether it is about that identity, or about nobody known where there is none. */
    boolean matches(Optional<Identity> identity);

    /** Who is called so, by whichever authenticator. */
    static Who name(String name) {
        return new Name(name);
    }

    /** Who belongs to that group, by what its authenticator says. */
    static Who group(String name) {
        return new Group(name);
    }

    /** Everybody who logged in. */
    static Who loggedIn() {
        return new LoggedIn();
    }

    /** Everybody, logged in or not. */
    static Who anybody() {
        return new Anybody();
    }

    /** One name. */
    record Name(String name) implements Who {
        public Name {
            Objects.requireNonNull(name, "name");
        }

        @Override
        public boolean matches(Optional<Identity> identity) {
            return identity.filter(i -> i.name().equals(name)).isPresent();
        }
    }

    /** One group. */
    record Group(String name) implements Who {
        public Group {
            Objects.requireNonNull(name, "name");
        }

        @Override
        public boolean matches(Optional<Identity> identity) {
            return identity.filter(i -> i.groups().contains(name)).isPresent();
        }
    }

    /** Whoever logged in. */
    record LoggedIn() implements Who {
        @Override
        public boolean matches(Optional<Identity> identity) {
            return identity.isPresent();
        }
    }

    /** Everybody. */
    record Anybody() implements Who {
        @Override
        public boolean matches(Optional<Identity> identity) {
            return true;
        }
    }
}

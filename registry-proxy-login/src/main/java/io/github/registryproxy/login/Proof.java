package io.github.registryproxy.login;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;

/** What a client shows to say who it is. None prints its secret. */
public sealed interface Proof {
    /**
     * A name and a password (RFC 7617).
     *
     * @param name as the client wrote it: 1 to 255 characters without control characters
     * @param password may be anything, a token too; a secret
     */
    record Password(String name, String password) implements Proof {
        public Password {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(password, "password");
        }

        @Override
        public String toString() {
            return "Password[name=" + name + "]";
        }
    }

    /**
     * A bearer token (RFC 6750).
     *
     * @param token a secret
     */
    record Bearer(String token) implements Proof {
        public Bearer {
            Objects.requireNonNull(token, "token");
        }

        @Override
        public String toString() {
            return "Bearer[not shown]";
        }
    }

    /**
     * The certificates of mutual TLS, which the container checked.
     *
     * @param chain the client's own first, never empty
     */
    record Certificate(List<X509Certificate> chain) implements Proof {
        public Certificate {
            chain = List.copyOf(chain);
            if (chain.isEmpty()) {
                throw new IllegalArgumentException("a chain has at least one certificate");
            }
        }

        @Override
        public String toString() {
            return "Certificate[" + chain.get(0).getSubjectX500Principal() + "]";
        }
    }
}

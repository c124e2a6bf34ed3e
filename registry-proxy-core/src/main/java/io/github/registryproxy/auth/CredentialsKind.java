package io.github.registryproxy.auth;

import io.github.registryproxy.transport.Transport;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A way to credentials that operators choose by name; modules announce theirs to {@link java.util.ServiceLoader}. */
public interface CredentialsKind {
    /** What it is chosen by, such as {@code aws}. */
    String name();

    /**
     * Credentials for one registry; nothing is asked of anybody yet.
     *
     * @throws IOException when the surroundings cannot lead to any; the message is for the operator and holds no secret
     */
    CredentialsProvider provider(Surroundings surroundings) throws IOException;

    /**
     * What there is to make them with.
     *
     * @param registry the upstream: scheme, host and port
     * @param transport to services on the network; stays the caller's
     * @param metadata to what runs beside the process and is reached through no proxy, such as metadata servers; stays the
     *     caller's
     * @param environment the process' variables, by which vendors configure their clients; they hold secrets
     */
    record Surroundings(URI registry, Transport transport, Transport metadata, Map<String, String> environment) {
        public Surroundings {
            Objects.requireNonNull(registry, "registry");
            Objects.requireNonNull(transport, "transport");
            Objects.requireNonNull(metadata, "metadata");
            environment = Map.copyOf(environment);
        }

        /** This process, which reaches everything directly. */
        public static Surroundings of(URI registry, Transport transport) {
            return new Surroundings(registry, transport, transport, System.getenv());
        }

        /** A variable that is not blank. */
        public Optional<String> variable(String name) {
            return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
        }

        @Override
        public String toString() {
            return "Surroundings[" + registry + "]";
        }
    }
}

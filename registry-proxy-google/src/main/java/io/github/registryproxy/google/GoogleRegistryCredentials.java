package io.github.registryproxy.google;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.ComputeEngineCredentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ImpersonatedCredentials;
import io.github.registryproxy.auth.Credentials;
import io.github.registryproxy.auth.CredentialsKind.Surroundings;
import io.github.registryproxy.auth.CredentialsProvider;
import io.github.registryproxy.auth.RefreshingCredentials;
import io.github.registryproxy.auth.RefreshingCredentials.Lease;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * Access tokens for Google's registries, renewed ahead. Application Default Credentials, looked for anew for each token: the file of
 * GOOGLE_APPLICATION_CREDENTIALS, gcloud's own ({@code gcloud auth application-default login}), the metadata server (Cloud Run, GKE
 * workload identity, Compute Engine).
 *
 * <p>A file may be a service account's key, a workload identity federation's configuration, an impersonation's, or a user's.
 *
 * <pre>{@code
 * URI registry = URI.create("https://europe-docker.pkg.dev");
 * HttpUpstream.to(registry)
 *         .credentials(GoogleRegistryCredentials.builder(Surroundings.of(registry, transport)).build())
 * }</pre>
 */
public final class GoogleRegistryCredentials {
    private static final List<String> SCOPES = List.of("https://www.googleapis.com/auth/cloud-platform");
    /** The user name that says that the password is an access token. */
    private static final String USER = "oauth2accesstoken";

    private static final Duration UNKNOWN_LIFETIME = Duration.ofMinutes(5);
    /** No token is asked to last longer. Where an answer tells an instant, a clock that is behind would make more of it. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private static final int LARGEST = 1024 * 1024;

    private final Builder settings;
    private final CoreTransport transport;

    private GoogleRegistryCredentials(Builder settings) {
        this.settings = settings;
        this.transport = new CoreTransport(settings.process, settings.route);
    }

    /** @param process its registry does not matter */
    public static Builder builder(Surroundings process) {
        return new Builder(process);
    }

    private Lease fetch() throws IOException {
        AccessToken token;
        try {
            token = credentials().refreshAccessToken();
        } catch (IOException | RuntimeException e) {
            throw GoogleFailures.withoutSecrets(e);
        }
        Date expiry = token.getExpirationTime();
        // By our own clock on both sides: the library adds the lifetime to it.
        Duration lifetime = expiry == null ? UNKNOWN_LIFETIME : Duration.between(Instant.now(), expiry.toInstant());
        return new Lease(of(token.getTokenValue()), lifetime.compareTo(LONGEST) > 0 ? LONGEST : lifetime);
    }

    private Credentials of(String token) throws IOException {
        try {
            return settings.bearer ? Credentials.bearer(token) : Credentials.basic(USER, token);
        } catch (IllegalArgumentException e) {
            throw new IOException("Google answered a token that cannot be sent");
        }
    }

    private GoogleCredentials credentials() throws IOException {
        GoogleCredentials own = own().createScoped(SCOPES);
        if (settings.impersonated.isEmpty()) {
            return own;
        }
        return ImpersonatedCredentials.newBuilder()
                .setSourceCredentials(own)
                .setTargetPrincipal(settings.impersonated.get())
                .setScopes(SCOPES)
                .setLifetime((int) LONGEST.toSeconds())
                .setHttpTransportFactory(() -> transport)
                .build();
    }

    private GoogleCredentials own() throws IOException {
        Optional<Path> file = settings.file;
        if (file.isEmpty()) {
            return ComputeEngineCredentials.newBuilder()
                    .setHttpTransportFactory(() -> transport)
                    .build();
        }
        if (Files.size(file.get()) > LARGEST) {
            throw new GoogleFailures.Told("Google's credentials file is larger than " + LARGEST + " bytes");
        }
        byte[] content = Files.readString(file.get()).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return GoogleCredentials.fromStream(new ByteArrayInputStream(content), () -> transport);
    }

    /** Whose tokens, and how they travel. */
    public static final class Builder {
        private final Surroundings process;
        private Optional<Path> file = Optional.empty();
        private Optional<String> impersonated;
        private boolean bearer;
        private UnaryOperator<URI> route = UnaryOperator.identity();
        private LongSupplier nanoTime = System::nanoTime;

        private Builder(Surroundings process) {
            this.process = process;
            this.impersonated = process.variable("GOOGLE_IMPERSONATE_SERVICE_ACCOUNT");
        }

        /** The credentials of that file, instead of the default ones; read again for each token. */
        public Builder file(Path credentials) {
            file = Optional.of(credentials);
            return this;
        }

        /** In the name of that service account, which the process' own identity may act for. */
        public Builder impersonate(String serviceAccount) {
            impersonated = Optional.of(serviceAccount);
            return this;
        }

        /** As {@code Authorization: Bearer} to the registry itself; unless set, as the password of {@code oauth2accesstoken}. */
        public Builder asBearer() {
            bearer = true;
            return this;
        }

        /** By a clock that only goes forward, in nanoseconds, for tests. */
        Builder nanoTime(LongSupplier clock) {
            nanoTime = clock;
            return this;
        }

        /** Takes requests elsewhere, for tests. */
        Builder route(UnaryOperator<URI> elsewhere) {
            route = elsewhere;
            return this;
        }

        /** @throws IOException when a named file is not there, or an account has no possible name */
        public CredentialsProvider build() throws IOException {
            if (impersonated.isPresent() && !impersonated.get().matches("[A-Za-z0-9._:@-]{3,256}")) {
                throw new IOException("GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: expected a service account's mail address");
            }
            try {
                if (file.isEmpty()) {
                    file = process.variable("GOOGLE_APPLICATION_CREDENTIALS").map(Path::of);
                }
                if (file.isPresent() && !Files.isReadable(file.get())) {
                    throw new IOException("GOOGLE_APPLICATION_CREDENTIALS: expected a file, and there is none to read");
                }
                if (file.isEmpty()) {
                    file = Optional.of(ofGcloud(process)).filter(Files::isReadable);
                }
            } catch (InvalidPathException e) {
                throw new IOException("GOOGLE_APPLICATION_CREDENTIALS: expected a file", e);
            }
            return RefreshingCredentials.of("Google", new GoogleRegistryCredentials(this)::fetch, nanoTime);
        }

        private static Path ofGcloud(Surroundings process) {
            String home = process.variable("HOME").orElse(System.getProperty("user.home", ""));
            return process.variable("CLOUDSDK_CONFIG")
                    .map(Path::of)
                    .orElse(Path.of(home, ".config", "gcloud"))
                    .resolve("application_default_credentials.json");
        }
    }
}

package io.github.registryproxy.auth;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a docker {@code config.json} has for one registry: the helper of {@code credHelpers}, the {@code credsStore}, then {@code
 * auths} (auth, identitytoken, registrytoken, username and password); anonymous where it has nothing.
 *
 * <p>The file is read again when it changes; what a helper said is used for five minutes, or until a registry refuses it. Helpers
 * are run as {@code docker-credential-NAME get}, without a shell, for ten seconds at most. An unreadable change leaves the last
 * one in use.
 *
 * <pre>{@code
 * DockerConfigCredentials.builder(URI.create("https://ghcr.io"), Path.of("/run/secrets/config.json")).build()
 * }</pre>
 */
public final class DockerConfigCredentials implements CredentialsProvider {
    private static final System.Logger LOG = System.getLogger(DockerConfigCredentials.class.getName());
    private static final int LARGEST = 1024 * 1024;
    private static final Duration HELPER_LIFETIME = Duration.ofMinutes(5);

    private final Builder settings;
    private final String host;
    private final WatchedFile file;
    private final AtomicBoolean said = new AtomicBoolean();
    private volatile Current current;

    /** A reading of the file, and who answers by it. */
    private record Current(String text, CredentialsProvider provider) {}

    private DockerConfigCredentials(Builder settings) throws IOException {
        this.settings = settings;
        this.host = host(settings.registry);
        this.file = new WatchedFile(settings.config, LARGEST);
        this.current = read(null);
    }

    /**
     * For one registry.
     *
     * @param config the file, such as {@code ~/.docker/config.json} or a mounted secret
     */
    public static Builder builder(URI registry, Path config) {
        return new Builder(registry, config);
    }

    @Override
    public Credentials get() throws IOException {
        Current last = current;
        try {
            last = read(last);
            current = last;
            said.set(false);
        } catch (IOException e) {
            if (!said.getAndSet(true)) {
                LOG.log(Level.WARNING, "the docker config cannot be read again, the last one stays in use: {0}", e);
            }
        }
        return last.provider.get();
    }

    @Override
    public void rejected(Credentials credentials) {
        file.forget();
        current.provider.rejected(credentials);
    }

    private Current read(@Nullable Current last) throws IOException {
        String text = file.text();
        if (last != null && last.text.equals(text)) {
            return last;
        }
        List<CredentialsProvider> providers = new ArrayList<>();
        for (DockerConfig.Way way : DockerConfig.parse(text, host).ways()) {
            providers.add(provider(way));
        }
        return new Current(text, new FirstOfCredentials(providers));
    }

    private CredentialsProvider provider(DockerConfig.Way way) throws IOException {
        if (way instanceof DockerConfig.Written written) {
            return CredentialsProvider.of(written.credentials());
        }
        DockerConfig.Helper helper = (DockerConfig.Helper) way;
        CredentialHelper program = new CredentialHelper(helper.name(), settings.directories, settings.helperTimeout);
        RefreshingCredentials.Source source = () -> new RefreshingCredentials.Lease(
                program.get(helper.server()).orElse(Credentials.anonymous()), HELPER_LIFETIME);
        return RefreshingCredentials.of(
                "docker-credential-" + helper.name(), source, settings.nanoTime, RefreshingCredentials::run);
    }

    private static String host(URI registry) {
        String host = registry.getHost().toLowerCase(Locale.ROOT);
        int port = registry.getPort();
        return port < 0 || port == 443 ? host : host + ":" + port;
    }

    @Override
    public String toString() {
        return "DockerConfigCredentials[" + host + "]";
    }

    /** Where helpers are, and how long they may take. */
    public static final class Builder {
        private final URI registry;
        private final Path config;
        private List<Path> directories;
        private Duration helperTimeout = Duration.ofSeconds(10);
        private LongSupplier nanoTime = System::nanoTime;

        private Builder(URI registry, Path config) {
            this.registry = registry;
            this.config = Objects.requireNonNull(config, "config");
            Objects.requireNonNull(registry.getHost(), "the registry's host");
            String path = System.getenv("PATH");
            this.directories = CredentialHelper.directories(path == null ? "" : path);
        }

        /** Where the programs of helpers are; those of PATH unless set. */
        public Builder helperDirectories(List<Path> searched) {
            directories = List.copyOf(searched);
            return this;
        }

        /** How long a helper may take, more than nothing; 10 seconds unless set. */
        public Builder helperTimeout(Duration timeout) {
            if (timeout.isNegative() || timeout.isZero() || timeout.toHours() > 1) {
                throw new IllegalArgumentException("a helper may take from 1 ms to an hour, not " + timeout);
            }
            helperTimeout = timeout;
            return this;
        }

        Builder clock(LongSupplier monotonic) {
            nanoTime = monotonic;
            return this;
        }

        /** @throws IOException when the file cannot be read or is no docker config; helpers are not asked yet */
        public DockerConfigCredentials build() throws IOException {
            return new DockerConfigCredentials(this);
        }
    }
}

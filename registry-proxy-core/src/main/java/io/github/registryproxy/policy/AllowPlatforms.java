package io.github.registryproxy.policy;

import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.Descriptor;
import io.github.registryproxy.document.ImageConfig;
import io.github.registryproxy.document.Manifest;
import io.github.registryproxy.document.ManifestRefusedException;
import io.github.registryproxy.protocol.Operation.PullManifest;
import io.github.registryproxy.protocol.Platform;
import io.github.registryproxy.protocol.RegistryError;
import io.github.registryproxy.store.ContentStore;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves images of the platforms that are allowed. An index is served as it is, since its digest is a promise; of the manifests
 * it names, those for other platforms are not there: MANIFEST_UNKNOWN (code-7, 404), word for word, by tag and by digest, GET and
 * HEAD, and the audit says why.
 *
 * <p>A manifest's platform is what an index says that was seen here and names it (of several, one allowed is enough), else what
 * its configuration says, whatever its media type; an image that says nothing is refused. Artifacts pass: their configuration names
 * no platform and has a type that no client takes for an image's, or their layers are text, such as signatures and attestations.
 * Indexes pass unless they embed a manifest of another platform. So do blobs, lists and pushes. An ambiguous manifest is
 * UNAVAILABLE (502).
 *
 * <p>Place it inside {@link RequireSignature} and {@link MinimumAge}, and outside {@link AllowTags}, renaming and caches, so that
 * what it reads itself comes from the cache too.
 *
 * <pre>{@code
 * RegistryProxy.builder().use(AllowPlatforms.of("linux/amd64", "linux/arm64")).upstream(hub).build();
 * }</pre>
 */
public final class AllowPlatforms implements Middleware {
    private static final String POLICY = "AllowPlatforms";
    private static final int LARGEST_CONFIG = 4 * 1024 * 1024;

    private final ManifestGate gate;

    private AllowPlatforms(Builder builder) {
        this.gate = new ManifestGate(
                new ByPlatform(
                        Set.copyOf(builder.platforms),
                        new KnownPlatforms(Optional.ofNullable(builder.store), builder.scope)),
                new Refusals(builder.audit, POLICY),
                builder.nanos);
    }

    /**
     * These platforms, remembered in memory, with refusals told to the log.
     *
     * @throws IllegalArgumentException as {@link Platform#parse}
     * @throws IllegalStateException when there is none
     */
    public static AllowPlatforms of(String... platforms) {
        Builder builder = builder();
        List.of(platforms).forEach(text -> builder.allow(Platform.parse(text)));
        return builder.build();
    }

    /** Begins without platforms; at least one is needed. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        return request.operation() instanceof PullManifest pull
                ? gate.handle(request, pull, next)
                : next.handle(request);
    }

    /** Judge by what an index says, else by the configuration. */
    private record ByPlatform(Set<Platform> allowed, KnownPlatforms known) implements ManifestGate.Judge {
        @Override
        public Optional<String> refusal(Documents documents, PulledManifest manifest)
                throws IOException, RefusedException {
            Set<Platform> listed = known.of(documents.repository(), manifest.digest());
            Optional<String> refusal = listed.isEmpty() ? byContent(documents, manifest) : refusal(listed);
            if (refusal.isEmpty()) {
                manifest.outline().manifests().stream()
                        .filter(child -> !child.isIndex())
                        .forEach(child -> child.platform()
                                .ifPresent(platform ->
                                        known.add(documents.repository(), child.digest(), Set.of(platform))));
            }
            return refusal;
        }

        private Optional<String> byContent(Documents documents, PulledManifest manifest)
                throws IOException, RefusedException {
            Manifest outline = manifest.outline();
            return switch (outline.kind()) {
                case INDEX -> embedded(outline);
                case SCHEMA1 -> refusal(outline.platform());
                case IMAGE -> byConfig(documents, outline);
                case ARTIFACT, EMPTY, OTHER -> Optional.empty();
            };
        }

        /** A client gets from the index itself what the index embeds. */
        private Optional<String> embedded(Manifest index) {
            return index.manifests().stream()
                    .filter(Descriptor::embedded)
                    .flatMap(child -> refusal(child.platform()).stream())
                    .findFirst();
        }

        private Optional<String> byConfig(Documents documents, Manifest image) throws IOException, RefusedException {
            if (image.config().isEmpty()) {
                return Optional.empty();
            }
            Optional<Platform> platform;
            try {
                platform = platform(documents, image.config().get());
            } catch (ManifestRefusedException e) {
                return Optional.of("an image whose configuration is ambiguous: " + e.getMessage());
            }
            boolean artifact = platform.isEmpty() && Artifacts.isArtifact(documents, image);
            return artifact ? Optional.empty() : refusal(platform);
        }

        private Optional<String> refusal(Optional<Platform> platform) {
            return platform.map(Set::of).map(this::refusal).orElse(Optional.of("an image of no known platform"));
        }

        private Optional<String> refusal(Set<Platform> platforms) {
            return platforms.stream().anyMatch(allowed::contains)
                    ? Optional.empty()
                    : Optional.of("not for " + String.join(", ", names(platforms)));
        }

        private static List<String> names(Set<Platform> platforms) {
            return platforms.stream().map(Platform::toString).sorted().toList();
        }

        /** Configurations that are not JSON say nothing. */
        private static Optional<Platform> platform(Documents documents, Descriptor config)
                throws IOException, RefusedException, ManifestRefusedException {
            Optional<byte[]> json = documents.blob(config.digest(), LARGEST_CONFIG);
            try {
                return json.isEmpty()
                        ? Optional.empty()
                        : ImageConfig.read(json.get()).platform();
            } catch (ManifestRefusedException e) {
                if (e.reason() == ManifestRefusedException.Reason.NOT_JSON) {
                    return Optional.empty();
                }
                throw e;
            }
        }

        @Override
        public RegistryError told(String why) {
            return Refusals.NO_MANIFEST;
        }
    }

    /** Sets platforms and what else there is to set. */
    public static final class Builder {
        private final Set<Platform> platforms = new LinkedHashSet<>();
        private Audit audit = Audit.log();
        private @Nullable ContentStore store;
        private String scope = "";
        private LongSupplier nanos = System::nanoTime;

        private Builder() {}

        /** One more platform whose images are served. */
        public Builder allow(Platform platform) {
            platforms.add(Objects.requireNonNull(platform, "platform"));
            return this;
        }

        /** Is told each refusal. Default: {@link Audit#log()}. */
        public Builder audit(Audit audit) {
            this.audit = Objects.requireNonNull(audit, "audit");
            return this;
        }

        /**
         * Remembers what indexes say of their manifests, for clients that come with a digest after a restart. Without it, the
         * manifest's configuration says it.
         *
         * @param store stays the caller's to close
         * @param scope what tells this upstream's records from another's in the store
         */
        public Builder remember(ContentStore store, String scope) {
            this.store = Objects.requireNonNull(store, "store");
            this.scope = Objects.requireNonNull(scope, "scope");
            return this;
        }

        Builder clock(LongSupplier nanos) {
            this.nanos = nanos;
            return this;
        }

        /** @throws IllegalStateException when there is no platform */
        public AllowPlatforms build() {
            if (platforms.isEmpty()) {
                throw new IllegalStateException(
                        "no platform: call allow(...) before build(), or no image could be served");
            }
            return new AllowPlatforms(this);
        }
    }
}

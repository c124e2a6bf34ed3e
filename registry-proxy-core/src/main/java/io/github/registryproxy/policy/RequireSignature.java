package io.github.registryproxy.policy;

import io.github.registryproxy.Identity;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Operation.PullManifest;
import io.github.registryproxy.store.ContentStore;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Serves manifests that were signed with one of the configured keys, as cosign signs: at the tag {@code sha256-<hex>.sig} or as
 * a referrer ("Cosign Signature Specifications", "Cosign Bundle Specification"). With a signed index go the manifests it names.
 * Signatures and attestations themselves pass, if no client can run them: cosign's config, in cosign's place, and layers that are
 * JSON and cannot be unpacked, whatever their media types say (docs/guide/policies.md). Everything else is DENIED (code-12, 403), by
 * tag and by digest, and the message says why. An ambiguous manifest is UNAVAILABLE (502).
 *
 * <p>Blobs pass unread: nobody finds them without a manifest, and {@link AllowTags} stops those who guess. Pushes pass, and those
 * who sign may read what is to be signed: see {@link Builder#except}.
 *
 * <p>Place it inside the login and outside renaming and caches, so that what it reads itself comes from the cache too.
 *
 * <pre>{@code
 * RegistryProxy.builder().use(RequireSignature.builder().key(release).build()).upstream(hub).build();
 * }</pre>
 */
public final class RequireSignature implements Middleware {
    private static final String POLICY = "RequireSignature";

    private final ManifestGate gate;
    private final Predicate<Identity> except;

    private RequireSignature(Builder builder) {
        this.except = builder.except;
        this.gate = new ManifestGate(
                new BySignature(
                        List.copyOf(builder.keys),
                        builder.clock,
                        new SignedMembers("signed", builder.keys, Optional.ofNullable(builder.store), builder.scope)),
                new Refusals(builder.audit, POLICY),
                builder.nanos);
    }

    /** Begins without keys; at least one is needed. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        boolean exempt = request.get(Identity.ATTRIBUTE).filter(except).isPresent();
        return !exempt && request.operation() instanceof PullManifest pull
                ? gate.handle(request, pull, next)
                : next.handle(request);
    }

    /** Judge by signatures of the manifest, or of an index that names it. */
    private record BySignature(List<SignatureKey> keys, InstantSource clock, SignedMembers members)
            implements ManifestGate.Judge {
        @Override
        public Optional<String> refusal(Documents documents, PulledManifest manifest)
                throws IOException, RefusedException {
            Instant now = clock.instant();
            Digest digest = manifest.digest();
            if (members.covers(documents.repository(), digest, now)
                    || SignatureArtifacts.mayPass(documents, manifest)) {
                return Optional.empty();
            }
            List<SignatureKey> valid =
                    keys.stream().filter(key -> key.isValidAt(now)).toList();
            Optional<Signatures.Found> found = new Signatures(documents, digest).by(valid);
            if (found.isEmpty()) {
                return Optional.of("no signature of " + digest + " by " + (valid.isEmpty() ? "a valid key" : valid));
            }
            for (Digest child : manifest.outline().manifestDigests()) {
                members.add(documents.repository(), child, found.get().key());
            }
            return Optional.empty();
        }
    }

    /** Sets keys and what else there is to set. */
    public static final class Builder {
        private final List<SignatureKey> keys = new ArrayList<>();
        private Predicate<Identity> except = identity -> false;
        private Audit audit = Audit.log();
        private @Nullable ContentStore store;
        private String scope = "";
        private InstantSource clock = InstantSource.system();
        private LongSupplier nanos = System::nanoTime;

        private Builder() {}

        /** One more key whose signatures count; one signature by one key is enough. */
        public Builder key(SignatureKey key) {
            keys.add(Objects.requireNonNull(key, "key"));
            return this;
        }

        /** Who may read what is not signed, because they are to sign it. Default: nobody. */
        public Builder except(Predicate<Identity> signers) {
            this.except = Objects.requireNonNull(signers, "signers");
            return this;
        }

        /** Is told each refusal. Default: {@link Audit#log()}. */
        public Builder audit(Audit audit) {
            this.audit = Objects.requireNonNull(audit, "audit");
            return this;
        }

        /**
         * Remembers what signed indexes name, so that a client that comes with the digest of a platform's manifest is served after
         * a restart too. Without it that client asks for the index first.
         *
         * @param scope what tells this upstream's records from another's in the store
         */
        public Builder remember(ContentStore store, String scope) {
            this.store = Objects.requireNonNull(store, "store");
            this.scope = Objects.requireNonNull(scope, "scope");
            return this;
        }

        Builder clocks(InstantSource wall, LongSupplier nanos) {
            this.clock = wall;
            this.nanos = nanos;
            return this;
        }

        /** @throws IllegalStateException when there is no key */
        public RequireSignature build() {
            if (keys.isEmpty()) {
                throw new IllegalStateException("no key: call key(...) before build(), or nothing could be served");
            }
            return new RequireSignature(this);
        }
    }
}

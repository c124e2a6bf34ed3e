package io.github.registryproxy.policy;

import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation.PullManifest;
import io.github.registryproxy.store.ContentStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Serves manifests from a certain age on, so that a bad release is known before it is here. Younger ones are DENIED (code-12,
 * 403), by tag and by digest, with the moment from when on they are served.
 *
 * <p>A manifest's age starts when its bytes are first fetched through this policy, which a store remembers. When a client asks for
 * an index, the policy fetches the manifests that it names as well, so that their ages start together; a manifest that an index
 * names before it exists has no age. A signature by a configured key counts too, with the time that it states ({@code
 * optional.timestamp} of a payload), for the manifest and for what a signed index names. The {@code created} of an image's
 * configuration is its author's claim and does not count. A manifest that the store forgets is new again. While the store fails,
 * new manifests are refused: UNAVAILABLE (503).
 *
 * <p>Place it inside {@link RequireSignature}. Signatures pass as there, since they are younger than what they sign; so do blobs,
 * lists and pushes. An ambiguous manifest is UNAVAILABLE (502).
 *
 * <pre>{@code
 * RegistryProxy.builder().use(MinimumAge.of(Duration.ofDays(7), store, "hub").build()).upstream(hub).build();
 * }</pre>
 */
public final class MinimumAge implements Middleware {
    private static final String POLICY = "MinimumAge";
    private static final Logger LOG = System.getLogger(MinimumAge.class.getName());

    private final ManifestGate gate;

    private MinimumAge(Builder builder) {
        this.gate = new ManifestGate(
                new ByAge(
                        builder.age,
                        new FirstSeen(builder.store, builder.scope),
                        new SignedMembers("signedtime", builder.keys, Optional.of(builder.store), builder.scope),
                        List.copyOf(builder.keys),
                        builder.clock),
                new Refusals(builder.audit, POLICY),
                builder.nanos);
    }

    /**
     * Begins with an age.
     *
     * @param age more than nothing, at most ten years
     * @param store where first requests are remembered; stays the caller's to close
     * @param scope what tells this upstream's records from another's in the store
     */
    public static Builder of(Duration age, ContentStore store, String scope) {
        return new Builder(age, store, scope);
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        // What a policy outside reads to decide, such as a signature that was made today, is served to nobody.
        boolean served = !request.get(RegistryRequest.READ_HERE).orElse(false);
        return served && request.operation() instanceof PullManifest pull
                ? gate.handle(request, pull, next)
                : next.handle(request);
    }

    private record ByAge(
            Duration age, FirstSeen seen, SignedMembers members, List<SignatureKey> keys, InstantSource clock)
            implements ManifestGate.Judge {
        @Override
        public Optional<String> refusal(Documents documents, PulledManifest manifest)
                throws IOException, RefusedException {
            Instant now = clock.instant();
            Digest digest = manifest.digest();
            if (SignatureArtifacts.mayPass(documents, manifest)) {
                return Optional.empty();
            }
            Instant since = since(documents, manifest, now);
            if (!since.plus(age).isAfter(now) || members.covers(documents.repository(), digest, now)) {
                return Optional.empty();
            }
            Optional<Signatures.Found> signature = signed(documents, digest, now);
            Optional<Instant> signed =
                    signature.flatMap(found -> found.content().at());
            if (signed.isPresent() && !signed.get().plus(age).isAfter(now)) {
                for (Digest child : manifest.outline().manifestDigests()) {
                    members.add(documents.repository(), child, signature.get().key());
                }
                return Optional.empty();
            }
            return Optional.of("too new: served from "
                    + signed.filter(since::isAfter).orElse(since).plus(age).truncatedTo(ChronoUnit.SECONDS) + " on");
        }

        private Instant since(Documents documents, PulledManifest manifest, Instant now) throws InterruptedIOException {
            try {
                Instant since = seen.fetched(documents.repository(), manifest.digest(), now);
                IndexMembers.startClocks(documents, seen, manifest, now);
                return since;
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                LOG.log(Level.WARNING, "cannot read or record when {0} was first fetched: {1}", manifest.digest(), e);
                throw ErrorCode.UNAVAILABLE
                        .because("the age of this manifest cannot be told now")
                        .withStatus(503)
                        .withRetryAfter(Duration.ofSeconds(30))
                        .asException();
            }
        }

        private Optional<Signatures.Found> signed(Documents documents, Digest digest, Instant now)
                throws IOException, RefusedException {
            List<SignatureKey> valid =
                    keys.stream().filter(key -> key.isValidAt(now)).toList();
            return new Signatures(documents, digest).by(valid);
        }
    }

    /** Sets what there is to set. */
    public static final class Builder {
        private static final Duration LONGEST = Duration.ofDays(3650);

        private final Duration age;
        private final ContentStore store;
        private final String scope;
        private final List<SignatureKey> keys = new ArrayList<>();
        private Audit audit = Audit.log();
        private InstantSource clock = InstantSource.system();
        private LongSupplier nanos = System::nanoTime;

        private Builder(Duration age, ContentStore store, String scope) {
            if (age.isNegative() || age.isZero() || age.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("an age is more than nothing and at most ten years, not " + age);
            }
            this.age = age;
            this.store = Objects.requireNonNull(store, "store");
            this.scope = Objects.requireNonNull(scope, "scope");
        }

        /** One more key whose signatures are believed about the time they were made at. */
        public Builder signedTimes(SignatureKey key) {
            keys.add(Objects.requireNonNull(key, "key"));
            return this;
        }

        /** Is told each refusal. Default: {@link Audit#log()}. */
        public Builder audit(Audit audit) {
            this.audit = Objects.requireNonNull(audit, "audit");
            return this;
        }

        Builder clocks(InstantSource wall, LongSupplier nanos) {
            this.clock = wall;
            this.nanos = nanos;
            return this;
        }

        public MinimumAge build() {
            return new MinimumAge(this);
        }
    }
}

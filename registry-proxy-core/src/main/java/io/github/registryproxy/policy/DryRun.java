package io.github.registryproxy.policy;

import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A policy that says what it would refuse, and lets it pass: its audit lines read {@code WOULD-REFUSE}, what it refuses is asked
 * of what stands inside as if the policy were not there, and lists are whole. Only this policy: those inside it refuse as ever.
 *
 * <p>A policy of one's own works as well, where it refuses without asking further; what it changes on its way stays changed.
 *
 * <pre>{@code
 * RegistryProxy.builder().use(DryRun.of(AllowTags.builder(rules).build())).upstream(hub).build();
 * }</pre>
 */
public final class DryRun implements Middleware, AutoCloseable {
    private final Middleware policy;

    private DryRun(Middleware policy) {
        this.policy = Objects.requireNonNull(policy, "policy");
    }

    /** The policy, which is closed with this. */
    public static DryRun of(Middleware policy) {
        return new DryRun(policy);
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        boolean outer = Audit.isDryRun(request);
        AtomicBoolean refused = new AtomicBoolean();
        AtomicBoolean asked = new AtomicBoolean();
        RegistryRequest dry = request.with(Audit.DRY_RUN, true).with(Refusals.HOLDER, refused);
        RegistryHandler inside = inner -> {
            asked.set(true);
            // What stands inside is not dry because this is.
            return next.handle(inner.with(Audit.DRY_RUN, outer)
                    .with(Refusals.HOLDER, request.get(Refusals.HOLDER).orElseGet(AtomicBoolean::new)));
        };
        RegistryResponse response;
        try {
            response = policy.handle(dry, inside);
        } catch (RegistryException e) {
            return next.handle(request);
        }
        // A request that was changed on its way was told to the audit, too, and has its answer from inside.
        boolean own = !asked.get() || (refused.get() && response.status() >= 400);
        if (!own) {
            return response;
        }
        response.close();
        return next.handle(request);
    }

    @Override
    public void close() throws IOException {
        if (!(policy instanceof AutoCloseable closeable)) {
            return;
        }
        try {
            closeable.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the policy was closed");
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the policy could not be closed", e);
        }
    }
}

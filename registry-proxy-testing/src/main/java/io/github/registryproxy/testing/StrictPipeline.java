package io.github.registryproxy.testing;

import io.github.registryproxy.Body;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A middleware that keeps another one to the contract of the chain. Use it in place of that one, and close it at the end of
 * the test:
 *
 * <ul>
 *   <li>the request is lent: its body is not closed
 *   <li>responses are given: each one received is closed, or returned and closed with the returned one, never read after that
 *   <li>when the middleware fails, nothing that it received stays open
 *   <li>{@code next} is called again only after the response before was closed, and only with a repeatable body
 * </ul>
 *
 * <p>That a body is read once is checked by {@link Body} itself; here, bodies of responses are repeatable for nobody, as those
 * of a real upstream. A violation is thrown as {@link AssertionError} where it shows, and again by {@link #close}, since a
 * middleware may have caught it.
 */
public final class StrictPipeline implements Middleware, AutoCloseable {
    private final Middleware middleware;
    private final Violations violations = new Violations();
    private final List<Received> returned = new CopyOnWriteArrayList<>();

    private StrictPipeline(Middleware middleware) {
        this.middleware = Objects.requireNonNull(middleware, "middleware");
    }

    public static StrictPipeline around(Middleware middleware) {
        return new StrictPipeline(middleware);
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        Watch watch = new Watch(next);
        RegistryResponse response;
        try {
            response = middleware.handle(lend(request, watch), watch);
        } catch (IOException | RuntimeException | Error e) {
            try {
                watch.allClosed("failed with " + e);
            } catch (AssertionError violation) {
                violation.addSuppressed(e);
                throw violation;
            }
            throw e;
        }
        Received outer = new Received("the response to " + request, violations);
        outer.whenClosed(() -> watch.allClosed("returned another response, which is closed by now"));
        returned.add(outer);
        return response.observeBody(outer::of);
    }

    /**
     * Closes the middleware if it can be closed.
     *
     * @throws AssertionError when the contract was broken at any time, or a returned response is still open
     */
    @Override
    public void close() throws IOException {
        if (middleware instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while closing the middleware", e);
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException("the middleware could not be closed", e);
            }
        }
        violations.throwFirst();
        for (Received response : returned) {
            if (!response.isClosed()) {
                throw new AssertionError(response + " was returned, and whoever received it has not closed it");
            }
        }
    }

    private RegistryRequest lend(RegistryRequest request, Watch watch) throws IOException {
        if (request.body().repeatable()) {
            return request;
        }
        Lent lent = new Lent(request.body().source(), () -> watch.inside, violations);
        // The field that describes the length is still true.
        return request.withBody(Body.of(lent, request.body().length())).withHeaders(dropped -> request.headers());
    }

    /** One call of the middleware, seen from the inside. */
    private final class Watch implements RegistryHandler {
        private final RegistryHandler next;
        private final List<Received> received = new ArrayList<>();
        private int calls;
        private boolean inside;

        Watch(RegistryHandler next) {
            this.next = next;
        }

        @Override
        public RegistryResponse handle(RegistryRequest request) throws IOException {
            if (received.stream().anyMatch(response -> !response.isClosed())) {
                throw violations.add("next was called again for " + request + " while a response of it was open");
            }
            if (calls++ > 0 && !request.body().repeatable()) {
                throw violations.add("next was called again for " + request + " with a body that is not repeatable");
            }
            inside = true;
            try {
                RegistryResponse response = next.handle(request);
                Received watched = new Received("the answer of next to " + request, violations);
                received.add(watched);
                return response.observeBody(watched::of);
            } finally {
                inside = false;
            }
        }

        void allClosed(String then) {
            for (Received response : received) {
                if (!response.isClosed()) {
                    throw violations.add(response + " was not closed by the middleware, which " + then);
                }
            }
        }
    }
}

package io.github.registryproxy.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * {@code /healthz}: the process lives. {@code /readyz}: it serves, and is not about to stop. Neither asks the registry
 * behind: were that down, restarting this process or taking it out of a load balancer would help nobody. For the same reason
 * damaged content leaves the status as it is; {@code /healthz} says how much there is.
 *
 * <p>Only these exact paths, unread by the container's normalisation, and also while all threads are busy.
 */
final class Probes extends Handler.Wrapper {
    private final BooleanSupplier ready;
    private final LongSupplier damaged;

    /** @param damaged how many contents have to be pushed again */
    Probes(BooleanSupplier ready, LongSupplier damaged, Handler next) {
        super(next);
        this.ready = ready;
        this.damaged = damaged;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = request.getHttpURI().getPath();
        boolean health = "/healthz".equals(path);
        boolean probe = health || "/readyz".equals(path);
        boolean head = request.getMethod().equals("HEAD");
        if (!probe || !(head || request.getMethod().equals("GET"))) {
            return super.handle(request, response, callback);
        }
        boolean good = health || ready.getAsBoolean();
        response.setStatus(good ? 200 : 503);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        String text = health ? health() : good ? "ok\n" : "stopping\n";
        ByteBuffer body = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        response.write(true, head ? BufferUtil.EMPTY_BUFFER : body, callback);
        return true;
    }

    private String health() {
        long count = damaged.getAsLong();
        return count == 0 ? "ok\n" : "ok\ndamaged contents: " + count + ", see registry-proxy hosted fsck\n";
    }
}

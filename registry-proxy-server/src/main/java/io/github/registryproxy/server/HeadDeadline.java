package io.github.registryproxy.server;

import io.github.registryproxy.internal.Tasks;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections that have had no request for too long. The container's idle timeout begins anew with each byte, so a
 * client that sends its head byte by byte would hold a connection for hours; here only a whole head counts.
 */
final class HeadDeadline extends Handler.Wrapper implements Connection.Listener {
    private final long longest;
    private final Map<EndPoint, Long> waitingSince = new ConcurrentHashMap<>();

    HeadDeadline(Duration longest, Handler next) {
        super(next);
        this.longest = longest.toNanos();
    }

    @Override
    public void onOpened(Connection connection) {
        waitingSince.putIfAbsent(socketOf(connection), System.nanoTime());
    }

    @Override
    public void onClosed(Connection connection) {
        waitingSince.remove(socketOf(connection));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        EndPoint socket = socketOf(request.getConnectionMetaData().getConnection());
        waitingSince.remove(socket);
        Request.addCompletionListener(request, failure -> waitAgain(socket));
        return super.handle(request, response, callback);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        Scheduler scheduler = getServer().getScheduler();
        long interval = Math.max(1, Math.min(TimeUnit.SECONDS.toNanos(1), longest / 4));
        scheduler.schedule(() -> sweepAgain(scheduler, interval), interval, TimeUnit.NANOSECONDS);
    }

    private void sweepAgain(Scheduler scheduler, long interval) {
        Tasks.guarded("deadline of heads", () -> sweep(System.nanoTime())).run();
        if (isRunning()) {
            scheduler.schedule(() -> sweepAgain(scheduler, interval), interval, TimeUnit.NANOSECONDS);
        }
    }

    private void sweep(long now) {
        waitingSince.forEach((socket, since) -> {
            if (!socket.isOpen() || now - since > longest) {
                waitingSince.remove(socket, since);
                socket.close();
            }
        });
    }

    private void waitAgain(EndPoint socket) {
        if (socket.isOpen()) {
            waitingSince.put(socket, System.nanoTime());
        }
    }

    /** The connection's own end, below TLS. */
    private static EndPoint socketOf(Connection connection) {
        EndPoint end = connection.getEndPoint();
        while (end instanceof EndPoint.Wrapper wrapper) {
            end = wrapper.unwrap();
        }
        return end;
    }
}

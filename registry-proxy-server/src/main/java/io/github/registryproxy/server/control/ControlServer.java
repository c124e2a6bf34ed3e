package io.github.registryproxy.server.control;

import io.github.registryproxy.internal.Tasks;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes commands of the directory's owner by the socket {@code control} in it: one line with a request on each connection,
 * answered by lines, the last of which has the exit code. A command that goes away ends its work.
 *
 * <pre>{@code
 * < registry-proxy control 1
 * > purge-tag app 1.0
 * < progress purged 1 of 1 records and entries
 * < say purged app:1.0: 1 tags, ...
 * < end 0
 * }</pre>
 */
public final class ControlServer implements Closeable {
    private static final Logger LOG = System.getLogger("io.github.registryproxy.server");
    private static final int HANDLERS = 4;
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(2);

    private final Path directory;
    private final ControlActions actions;
    private final ServerSocketChannel socket;
    private final Duration deadline;
    private final ThreadPoolExecutor handlers = new ThreadPoolExecutor(
            0, HANDLERS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), Tasks.daemons("control"));

    private ControlServer(Path directory, ControlActions actions, Duration deadline) throws IOException {
        this.directory = directory;
        this.actions = actions;
        this.deadline = deadline;
        this.socket = ControlSocket.listen(directory);
    }

    /**
     * Listens in the directory of a store, which this process holds.
     *
     * @throws IOException when it cannot: its message is for the operator
     */
    public static ControlServer start(Path directory, ControlActions actions) throws IOException {
        return start(directory, actions, DEADLINE);
    }

    static ControlServer start(Path directory, ControlActions actions, Duration deadline) throws IOException {
        ControlServer server = new ControlServer(directory, actions, deadline);
        Tasks.daemon("control-accept", server::accept).start();
        return server;
    }

    private void accept() {
        while (socket.isOpen()) {
            try {
                take(socket.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (Throwable e) {
                LOG.log(Level.WARNING, "the control socket takes no command now: {0}", e.toString());
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos()); // too many open files, say
            }
        }
    }

    private void take(SocketChannel accepted) throws IOException {
        LineChannel lines;
        try {
            lines = new LineChannel(accepted);
        } catch (IOException e) {
            accepted.close();
            throw e;
        }
        try {
            handlers.execute(Tasks.guarded("control command", () -> serve(lines)));
        } catch (RejectedExecutionException e) {
            try (lines) {
                lines.write(ControlSocket.GREETING, deadline);
                lines.write("fail " + HANDLERS + " commands run already: try again when one has ended", deadline);
                lines.write("end " + ControlActions.FAILED, deadline);
            }
        }
    }

    private void serve(LineChannel lines) {
        try (lines) {
            lines.write(ControlSocket.GREETING, deadline);
            Optional<String> line = lines.read(ControlRequest.LONGEST, deadline);
            if (line.isEmpty()) {
                return;
            }
            Optional<ControlRequest> request = ControlRequest.parse(line.get());
            Reply reply = new Reply(lines);
            int code = ControlActions.FAILED;
            if (request.isPresent()) {
                LOG.log(
                        Level.INFO,
                        "told by the control socket: {0}",
                        request.get().line());
                code = run(request.get(), reply);
            } else {
                reply.fail("the server does not know this request: is the command of the same version?");
            }
            lines.write("end " + code, deadline);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a command went away: {0}", e.toString());
        }
    }

    private int run(ControlRequest request, Reply reply) throws IOException {
        try {
            return actions.run(request, reply);
        } catch (IOException e) {
            if (reply.lost) {
                throw e;
            }
            reply.fail("it cannot be done: " + e.getMessage());
            return ControlActions.FAILED;
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a command failed", e);
            reply.fail("it cannot be done: see the server's log");
            return ControlActions.FAILED;
        }
    }

    private final class Reply implements ControlReply {
        private final LineChannel lines;
        private long progressed = System.nanoTime();
        private boolean lost;

        Reply(LineChannel lines) {
            this.lines = lines;
        }

        @Override
        public void say(String line) throws IOException {
            write("say " + line);
        }

        @Override
        public void progress(String text) throws IOException {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("the server stops");
            }
            long now = System.nanoTime();
            if (now - progressed >= PROGRESS_EVERY.toNanos()) {
                progressed = now;
                write("progress " + text);
            }
        }

        @Override
        public void fail(String line) throws IOException {
            write("fail " + line);
        }

        private void write(String line) throws IOException {
            try {
                lines.write(line, deadline);
            } catch (IOException e) {
                lost = true;
                throw e;
            }
        }
    }

    /** Ends commands that run, and takes the socket away. Again, it does nothing. */
    @Override
    public void close() throws IOException {
        if (socket.isOpen()) {
            socket.close();
            handlers.shutdownNow();
            ControlSocket.clean(directory);
        }
    }
}

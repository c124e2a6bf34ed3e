package io.github.registryproxy.server;

import io.github.registryproxy.server.control.ControlReply;
import java.io.PrintStream;
import java.time.Duration;

/** Results on standard output, all else on standard error. */
final class Console implements ControlReply {
    private static final long PROGRESS_EVERY = Duration.ofSeconds(2).toNanos();

    private final PrintStream out;
    private final PrintStream err;
    private long progressed = System.nanoTime();

    Console(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public void say(String line) {
        out.println(line);
    }

    @Override
    public void progress(String text) {
        long now = System.nanoTime();
        if (now - progressed >= PROGRESS_EVERY / 2) {
            progressed = now;
            err.println(text);
        }
    }

    @Override
    public void fail(String line) {
        err.println("registry-proxy: " + line);
    }
}

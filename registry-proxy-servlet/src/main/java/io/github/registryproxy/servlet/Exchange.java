package io.github.registryproxy.servlet;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.RegistryException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** One request and its response, from reading the one to having written the other; closes what it was given. */
final class Exchange {
    private static final Logger LOG = System.getLogger(Exchange.class.getPackageName());

    private final RegistryHandler handler;
    private final RequestReader reader;
    private final HttpServletRequest in;
    private final HttpServletResponse out;
    private final ResponseWriter writer;
    private @Nullable RegistryRequest request;
    private String mountPath = "";

    Exchange(RegistryHandler handler, RequestReader reader, HttpServletRequest in, HttpServletResponse out) {
        this.handler = handler;
        this.reader = reader;
        this.in = in;
        this.out = out;
        this.writer = new ResponseWriter(out, in.getMethod().equals("HEAD"));
    }

    /**
     * Answers.
     *
     * @throws ClientGoneException when the client went away
     * @throws IOException when the response broke after its status line; the connection must not survive this
     */
    void run() throws IOException {
        try {
            RegistryRequest read = reader.read(in);
            request = read;
            mountPath = ResponseWriter.mountPath(read.client());
            try {
                answer(read);
            } finally {
                read.body().close();
            }
        } catch (IOException | RuntimeException | Error failure) {
            fail(failure);
        }
        UnreadBody.discard(in, out);
    }

    /** Answers with an error in place of doing the work. */
    void refuse(RegistryException refusal) throws IOException {
        fail(refusal);
    }

    private void answer(RegistryRequest read) throws IOException {
        RegistryResponse answer = handler.handle(read);
        try {
            writer.write(answer, mountPath);
        } finally {
            answer.close();
        }
    }

    private void fail(Throwable failure) throws IOException {
        log(failure);
        if (out.isCommitted()) {
            IOException broken = failure instanceof ClientGoneException gone
                    ? gone
                    : new IOException("the response broke off after its status line", failure);
            writer.abort(broken);
            throw broken;
        }
        // An interrupted thread could not write; who interrupted it finds it so afterwards.
        boolean interrupted = Thread.interrupted();
        try {
            out.reset();
            writer.write(RegistryResponse.of(Failures.error(failure)), mountPath);
            if (interrupted) {
                out.flushBuffer();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void log(Throwable failure) {
        Throwable cause = Failures.cause(failure);
        Level level = Level.ERROR;
        if (ClientGoneException.isBehind(cause) || cause instanceof RegistryException) {
            level = Level.DEBUG;
        } else if (cause instanceof IOException) {
            level = Level.WARNING;
        }
        if (LOG.isLoggable(level)) {
            LOG.log(level, "failed: " + shown(), failure);
        }
    }

    /** Method and path, made harmless. */
    private String shown() {
        RegistryRequest read = request;
        String text = read == null ? in.getMethod() : read.toString();
        StringBuilder visible = new StringBuilder();
        text.chars().limit(512).forEach(c -> visible.append(c >= 0x20 && c < 0x7f ? (char) c : '?'));
        return visible.toString();
    }
}

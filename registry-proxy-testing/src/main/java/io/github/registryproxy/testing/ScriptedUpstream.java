package io.github.registryproxy.testing;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.testing.Message.Mark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Answers as the transcript says, once for each of its upstream requests. The first difference is kept for the runner. */
final class ScriptedUpstream implements RegistryHandler {
    private final Check check;
    private final BodyLeaks leaks;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Exchange exchange;
    private int next;
    private @Nullable AssertionError failure;

    ScriptedUpstream(Check check, BodyLeaks leaks) {
        this.check = check;
        this.leaks = leaks;
    }

    void begin(Exchange started) {
        lock.lock();
        try {
            exchange = started;
            next = 0;
        } finally {
            lock.unlock();
        }
    }

    /** Throws what went wrong on the upstream's side, if anything did. */
    void throwFailure() {
        lock.lock();
        try {
            if (failure != null) {
                throw failure;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Throws when the transcript has requests that did not come. */
    void end(String answer) {
        lock.lock();
        try {
            if (exchange != null && next < exchange.calls().size()) {
                Message missing = exchange.calls().get(next).request();
                throw check.difference(
                        missing, "", missing.subject(), "no further upstream request; the client got " + answer);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public RegistryResponse handle(RegistryRequest request) throws IOException {
        String line = request.method() + " " + request.target().render();
        Content content = Content.of(request.body());
        lock.lock();
        try {
            Exchange.Call call = take(line);
            check.subject(call.request(), line);
            check.headers(call.request(), request.headers());
            check.body(
                    call.request(),
                    request.headers(),
                    content.bytes,
                    request.body().length(),
                    content.complete);
            return answer(call.answer());
        } catch (AssertionError e) {
            failure = failure == null ? e : failure;
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private Exchange.Call take(String line) {
        if (exchange == null) {
            throw check.difference(0, "upstream >", "no request before the client's first", line);
        }
        if (next == exchange.calls().size()) {
            throw check.difference(
                    exchange.request().line(),
                    "upstream, after request " + next + " of this exchange",
                    "no further upstream request",
                    line);
        }
        return exchange.calls().get(next++);
    }

    private RegistryResponse answer(Message answer) throws IOException {
        if (answer.is(Mark.NO_ANSWER)) {
            throw new IOException("the transcript's upstream does not answer");
        }
        if (answer.is(Mark.NO_ANSWER_IN_TIME)) {
            throw new UpstreamTimeoutException("the transcript's upstream does not answer in time");
        }
        byte[] bytes = answer.body() == null ? new byte[0] : answer.body();
        return leaks.watch(
                RegistryResponse.of(Integer.parseInt(answer.subject()), check.fields(answer), body(answer, bytes)),
                "the answer of line " + answer.line());
    }

    private static Body body(Message answer, byte[] bytes) {
        boolean breaks = answer.is(Mark.BREAKS);
        if (!breaks && !answer.is(Mark.CHUNKED)) {
            return Body.of(bytes);
        }
        // A body that breaks off had announced more than what came.
        OptionalLong length = answer.is(Mark.CHUNKED) ? OptionalLong.empty() : OptionalLong.of(bytes.length + 1L);
        return Body.of(new Scripted(bytes, breaks), length);
    }

    private static final class Scripted implements BodySource {
        private final boolean breaks;
        private @Nullable ByteBuffer bytes;

        Scripted(byte[] bytes, boolean breaks) {
            this.bytes = bytes.length == 0 ? null : ByteBuffer.wrap(bytes);
            this.breaks = breaks;
        }

        @Override
        public @Nullable ByteBuffer read() throws IOException {
            ByteBuffer read = bytes;
            bytes = null;
            if (read == null && breaks) {
                throw new IOException("the transcript's body breaks off");
            }
            return read;
        }

        @Override
        public void close() {
            bytes = null;
        }
    }

    private record Content(byte[] bytes, boolean complete) {
        static Content of(Body body) {
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            try (InputStream in = body.open()) {
                in.transferTo(received);
                return new Content(received.toByteArray(), true);
            } catch (IOException e) {
                return new Content(received.toByteArray(), false);
            }
        }
    }
}

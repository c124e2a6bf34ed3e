package io.github.registryproxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A source that another one watches without being able to change it: the observer sees read-only views, and the reader gets the
 * bytes themselves, all of them and in order, or an exception.
 */
final class ObservedSource implements BodySource {
    private final BodySource from;
    private final BodySource observer;
    private @Nullable ByteBuffer bytes;
    private @Nullable ByteBuffer view;
    private boolean ended;

    ObservedSource(BodySource from, UnaryOperator<BodySource> observer) {
        this.from = from;
        this.observer = observer.apply(new Tap());
    }

    @Override
    public @Nullable ByteBuffer read() throws IOException {
        ByteBuffer seen = observer.read();
        if (seen == null) {
            if (!ended || view != null) {
                throw changed();
            }
            return null;
        }
        return original(seen);
    }

    @Override
    public void writeTo(BodySink sink) throws IOException {
        observer.writeTo(seen -> {
            sink.write(original(seen));
            seen.position(seen.limit());
        });
        if (!ended || view != null) {
            throw changed();
        }
    }

    /** What the observer saw as that view, once. */
    private ByteBuffer original(ByteBuffer seen) throws IOException {
        ByteBuffer own = bytes;
        if (own == null || seen != view || seen.remaining() != own.remaining()) {
            throw changed();
        }
        bytes = null;
        view = null;
        return own;
    }

    private static IOException changed() {
        return new IOException("an observer of a body changed it");
    }

    @Override
    public void close() throws IOException {
        observer.close();
    }

    /** What the observer reads. */
    private final class Tap implements BodySource {
        @Override
        public @Nullable ByteBuffer read() throws IOException {
            ByteBuffer next = from.read();
            if (next == null) {
                ended = true;
                return null;
            }
            return shown(next);
        }

        @Override
        public void writeTo(BodySink sink) throws IOException {
            from.writeTo(next -> sink.write(shown(next)));
            ended = true;
        }

        private ByteBuffer shown(ByteBuffer next) throws IOException {
            if (view != null) {
                throw changed();
            }
            bytes = next;
            ByteBuffer readOnly = next.asReadOnlyBuffer();
            view = readOnly;
            return readOnly;
        }

        @Override
        public void close() throws IOException {
            from.close();
        }
    }
}

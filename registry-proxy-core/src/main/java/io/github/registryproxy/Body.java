package io.github.registryproxy;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The content of a request or response, read once unless {@link #repeatable}. Closing it releases what stands behind it,
 * whether or not it was read.
 */
public final class Body implements Closeable {
    private static final Body EMPTY = new Body(Body::nothing, OptionalLong.of(0), true, null, null, null);

    private final Opener opener;
    private final OptionalLong length;
    private final boolean repeatable;
    private final @Nullable Path file;
    private final @Nullable Closeable behind;
    private final @Nullable Digest digest;
    private final AtomicBoolean opened = new AtomicBoolean();

    /** What a repeatable body is opened by, each time anew. */
    @FunctionalInterface
    public interface Opener {
        BodySource open() throws IOException;
    }

    private Body(
            Opener opener,
            OptionalLong length,
            boolean repeatable,
            @Nullable Path file,
            @Nullable Closeable behind,
            @Nullable Digest digest) {
        this.opener = opener;
        this.length = length;
        this.repeatable = repeatable;
        this.file = file;
        this.behind = behind;
        this.digest = digest;
    }

    public static Body empty() {
        return EMPTY;
    }

    /** The array itself, not a copy: the caller leaves it alone. Repeatable. */
    public static Body of(byte[] content) {
        return content.length == 0
                ? EMPTY
                : new Body(() -> new BytesSource(content), OptionalLong.of(content.length), true, null, null, null);
    }

    /** A file, which must stay as it is until the body is closed. Repeatable. */
    public static Body of(Path file) throws IOException {
        long size = Files.size(file);
        return new Body(
                () -> new InputStreamSource(Files.newInputStream(file)), OptionalLong.of(size), true, file, null, null);
    }

    /**
     * A stream, read once and closed with the body.
     *
     * @param length in bytes; empty when it is not known
     */
    public static Body of(InputStream stream, OptionalLong length) {
        return of(new InputStreamSource(stream), length);
    }

    /**
     * A source, read once and closed with the body.
     *
     * @param length in bytes; empty when it is not known
     */
    public static Body of(BodySource source, OptionalLong length) {
        return new Body(() -> source, length, false, null, source, null);
    }

    /** The same body, which releases something else as well when it is closed. */
    public Body closing(Closeable other) {
        Closeable own = behind;
        Closeable both = () -> {
            try (other) {
                if (own != null) {
                    own.close();
                }
            }
        };
        return new Body(opener, length, repeatable, file, both, digest);
    }

    /**
     * What can be opened any number of times, by several readers at once. Repeatable; closing it closes no source.
     *
     * @param length in bytes
     */
    public static Body of(Opener opener, long length) {
        return length == 0 ? EMPTY : new Body(opener, OptionalLong.of(length), true, null, null, null);
    }

    /** Marked as verified: see {@link VerifiedContent}, the only caller. */
    Body as(Digest verified) {
        return new Body(opener, length, repeatable, file, behind, verified);
    }

    /** The same bytes, which an observer sees on their way. */
    Body observed(UnaryOperator<BodySource> observer) throws IOException {
        BodySource source = new ObservedSource(source(), observer);
        return new Body(() -> source, length, false, null, source, digest).closing(this);
    }

    /**
     * The digest that the bytes hash to, for a reader that reaches the end without an exception; empty where nothing has verified
     * them, and for parts.
     */
    public Optional<Digest> digest() {
        return Optional.ofNullable(digest);
    }

    /** In bytes; empty when the sender did not say. */
    public OptionalLong length() {
        return length;
    }

    /** Whether it may be opened again from the start. */
    public boolean repeatable() {
        return repeatable;
    }

    /** Whether {@link #source} would give the bytes now: nobody opened it yet, or it is repeatable. */
    public boolean canBeOpened() {
        return repeatable || !opened.get();
    }

    /**
     * The bytes, for one reader who closes the source.
     *
     * @throws IllegalStateException the second time, unless repeatable
     */
    public BodySource source() throws IOException {
        if (opened.getAndSet(true) && !repeatable) {
            throw new IllegalStateException("the body has been opened before and is not repeatable");
        }
        return opener.open();
    }

    /** As {@link #source}, for those who read streams. */
    public InputStream open() throws IOException {
        return new SourceInputStream(source());
    }

    /** Hands all bytes to the sink, without a copy where sink and body can; releases what it opened. */
    public void writeTo(BodySink sink) throws IOException {
        if (file != null) {
            try (FileChannel channel = FileChannel.open(file)) {
                sink.transfer(channel, 0, length.orElseThrow());
            }
            return;
        }
        try (BodySource source = source()) {
            source.writeTo(sink);
        }
    }

    /**
     * The whole content, for documents alone: the only way to buffer.
     *
     * @param limit in bytes
     * @throws io.github.registryproxy.protocol.RegistryException SIZE_INVALID (413) when there is more
     */
    public byte[] readAll(int limit) throws IOException {
        if (length.isPresent() && length.getAsLong() > limit) {
            throw tooLarge(limit);
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream((int) Math.min(limit, length.orElse(8 * 1024)));
        try (BodySource source = source()) {
            for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                if (content.size() + (long) bytes.remaining() > limit) {
                    throw tooLarge(limit);
                }
                byte[] chunk = new byte[bytes.remaining()];
                bytes.get(chunk);
                content.write(chunk, 0, chunk.length);
            }
        }
        return content.toByteArray();
    }

    @Override
    public void close() throws IOException {
        if (behind != null) {
            behind.close();
        }
    }

    @Override
    public String toString() {
        return "Body[" + (length.isPresent() ? length.getAsLong() + " bytes" : "of unknown length") + "]";
    }

    private static RuntimeException tooLarge(int limit) {
        return ErrorCode.SIZE_INVALID
                .because("document is larger than " + limit + " bytes")
                .withStatus(413)
                .asException();
    }

    private static BodySource nothing() {
        return new BytesSource(new byte[0]);
    }
}

package io.github.registryproxy.server.control;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Lines over a socket, each with a deadline, which sockets of files do not know by themselves. */
final class LineChannel implements Closeable {
    private static final int LARGEST = 4096;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final ByteBuffer in = ByteBuffer.allocate(LARGEST).flip();

    LineChannel(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
        this.selector = Selector.open();
        this.key = channel.register(selector, 0);
    }

    /**
     * The next line, without its end; empty where the other side has ended.
     *
     * @param longest in bytes, with its end; less than 4096
     * @param deadline zero for none
     * @throws IOException when the line is longer, or cut, or late
     */
    Optional<String> read(int longest, Duration deadline) throws IOException {
        StringBuilder line = new StringBuilder();
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            while (in.hasRemaining()) {
                byte next = in.get();
                if (next == '\n') {
                    return Optional.of(line.toString());
                }
                line.append((char) (next & 0xff));
                if (line.length() >= longest) {
                    throw new IOException("a line of more than " + longest + " bytes");
                }
            }
            await(SelectionKey.OP_READ, deadline, end);
            int n = channel.read(in.clear());
            in.flip();
            if (n < 0 && line.isEmpty()) {
                return Optional.empty();
            }
            if (n < 0) {
                throw new IOException("the connection ended within a line");
            }
        }
    }

    /** Writes a line; what it holds beyond printable ASCII is shown as question marks. */
    void write(String line, Duration deadline) throws IOException {
        StringBuilder shown = new StringBuilder();
        line.chars().limit(LARGEST - 64).forEach(c -> shown.append(c >= 0x20 && c < 0x7f ? (char) c : '?'));
        ByteBuffer bytes = ByteBuffer.wrap(shown.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
        long end = System.nanoTime() + deadline.toNanos();
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE, deadline, end);
            }
        }
    }

    private void await(int operation, Duration deadline, long end) throws IOException {
        key.interestOps(operation);
        while (true) {
            long millis = deadline.isZero() ? 0 : (end - System.nanoTime()) / 1_000_000 + 1;
            if (!deadline.isZero() && end - System.nanoTime() <= 0) {
                throw new SocketTimeoutException("nothing within " + deadline.toSeconds() + " s");
            }
            int ready = selector.select(millis);
            selector.selectedKeys().clear();
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted");
            }
            if (ready > 0) {
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (selector) {
            channel.close();
        }
    }
}

package io.github.registryproxy.httpclient5;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.function.Supplier;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.ChunkedInputStream;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.io.SessionOutputBuffer;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** One connection, and what can be told of it without asking the other side. */
final class Wire extends DefaultBHttpClientConnection implements ManagedHttpClientConnection {
    /** How often an upload looks for an answer that came early, in bytes. */
    private static final long LOOK_EVERY = 64 * 1024;

    private static final long IDLE_NANOS = 1_000_000_000;

    private static final int MAX_INTERIM = 20;

    static final Http1Config CONFIG = Http1Config.custom()
            .setBufferSize(8 * 1024)
            .setChunkSizeHint(8 * 1024)
            .setMaxLineLength(64 * 1024)
            .setMaxHeaderCount(201) // the client refuses at the bound, not beyond
            .setMaxEmptyLineCount(1)
            .build();

    private final HeadParser parser;
    private volatile boolean closed;
    private volatile long lastUse = System.nanoTime();
    private boolean requestWhole;
    private @Nullable ClassicHttpResponse early;
    private int interim;
    /** Where the rest of a body stands that ends by its length. */
    private @Nullable SessionInputBuffer counted;

    Wire() {
        this(new HeadParser(CONFIG));
    }

    private Wire(HeadParser parser) {
        super(
                CONFIG,
                null,
                null,
                null,
                null,
                (request, connection, in, sent, next) ->
                        sent / LOOK_EVERY != (sent + next) / LOOK_EVERY && ((Wire) connection).isAnsweredEarly(),
                null,
                config -> parser);
        this.parser = parser;
    }

    HeadParser parser() {
        return parser;
    }

    @Override
    protected void bind(SocketHolder holder) throws IOException {
        super.bind(holder);
        if (closed) {
            holder.getBaseSocket().close();
            throw new IOException("closed while connecting");
        }
    }

    @Override
    public void close(CloseMode mode) {
        closed = true;
        super.close(mode);
    }

    @Override
    public void close() {
        close(CloseMode.GRACEFUL);
    }

    @Override
    public @Nullable Socket getSocket() {
        SocketHolder holder = getSocketHolder();
        return holder == null ? null : holder.getSocket();
    }

    @Override
    public void passivate() {
        lastUse = System.nanoTime();
    }

    @Override
    public void activate() {
        // Each exchange sets the timeouts it needs.
    }

    /** Where it leads; null when it is closed. */
    @Nullable
    SocketAddress remote() {
        return getRemoteAddress();
    }

    /** Whether a request can be sent: the other side has not hung up, and has not said anything unasked. */
    boolean isFresh() {
        SocketHolder holder = getSocketHolder();
        if (holder == null || parser.hasLeftovers()) {
            return false;
        }
        try {
            if (holder.getSSLSocket() == null) {
                return isSilent(holder.getBaseSocket().getChannel());
            }
            // With TLS, input may be a ticket: only the client's own look tells, and takes a millisecond.
            boolean look =
                    holder.getBaseSocket().getInputStream().available() > 0 || System.nanoTime() - lastUse > IDLE_NANOS;
            return !look || (!super.isStale() && !isDataAvailable(Timeout.ONE_MILLISECOND));
        } catch (IOException e) {
            return false; // which is the answer
        }
    }

    private static boolean isSilent(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        try {
            return channel.read(ByteBuffer.allocate(1)) == 0;
        } finally {
            channel.configureBlocking(true);
        }
    }

    @Override
    public boolean isStale() {
        return !isFresh();
    }

    /** Whether bytes wait that need no other side to be read; with TLS, mostly. */
    boolean hasInput() {
        SocketHolder holder = getSocketHolder();
        try {
            return parser.hasLeftovers()
                    || (holder != null
                            && holder.getBaseSocket().getInputStream().available() > 0
                            && (holder.getSSLSocket() == null || isDataAvailable(Timeout.ONE_MILLISECOND)));
        } catch (IOException e) {
            return false; // the next read or write will tell
        }
    }

    /** What all the rest of the body comes by, and then nothing else; null where it is framed, encrypted, or partly here. */
    @Nullable
    SocketChannel channelOfBody() {
        SocketHolder holder = getSocketHolder();
        SessionInputBuffer ahead = counted;
        return holder == null || holder.getSSLSocket() != null || ahead == null || ahead.length() > 0
                ? null
                : holder.getBaseSocket().getChannel();
    }

    /** How many bytes the system holds for this connection. */
    int waiting() throws IOException {
        SocketHolder holder = getSocketHolder();
        return holder == null ? 0 : holder.getBaseSocket().getInputStream().available();
    }

    private boolean isAnsweredEarly() throws IOException {
        try {
            while (early == null && hasInput()) {
                early = nextHead();
            }
            return early != null;
        } catch (HttpException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** The head of the answer; interim ones are passed over, as long as they are few. */
    ClassicHttpResponse awaitHead() throws IOException, HttpException {
        ClassicHttpResponse head = early;
        while (head == null) {
            head = nextHead();
        }
        return head;
    }

    private @Nullable ClassicHttpResponse nextHead() throws IOException, HttpException {
        ClassicHttpResponse head = receiveResponseHeader();
        if (head.getCode() == 101) {
            throw new ProtocolException("switches to a protocol that nobody asked for (101)");
        }
        if (head.getCode() >= 200) {
            return head;
        }
        if (++interim > MAX_INTERIM) {
            throw new ProtocolException("answers with more than " + MAX_INTERIM + " interim responses");
        }
        return null;
    }

    /** To be called when a request has nothing more to send; otherwise no end of its body is ever written. */
    void requestIsWhole() {
        requestWhole = true;
    }

    boolean isRequestWhole() {
        return requestWhole;
    }

    /** Before each exchange. */
    void begin() {
        requestWhole = false;
        early = null;
        counted = null;
        interim = 0;
        parser.reset();
    }

    /** A chunked body that broke off must not get its last chunk from a stream that is closed on the way out. */
    @Override
    protected OutputStream createContentOutputStream(
            long length,
            SessionOutputBuffer buffer,
            OutputStream out,
            @Nullable Supplier<List<? extends Header>> trailers) {
        OutputStream framed = super.createContentOutputStream(length, buffer, out, trailers);
        return new FilterOutputStream(framed) {
            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                framed.write(bytes, offset, count);
            }

            @Override
            public void close() throws IOException {
                if (requestWhole) {
                    framed.close();
                }
            }
        };
    }

    @Override
    protected InputStream createContentInputStream(long length, SessionInputBuffer buffer, InputStream in) {
        counted = length >= 0 ? buffer : null;
        return length == ContentLengthStrategy.CHUNKED
                ? new ChunkedInputStream(new BoundedLines(buffer), in, CONFIG)
                : super.createContentInputStream(length, buffer, in);
    }

    @Override
    public void bind(SSLSocket secure, Socket base) throws IOException {
        bind(new SocketHolder(secure, base));
    }

    @Override
    public void bind(Socket socket) throws IOException {
        bind(new SocketHolder(socket));
    }
}

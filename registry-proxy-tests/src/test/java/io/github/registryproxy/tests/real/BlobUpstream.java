package io.github.registryproxy.tests.real;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A registry of {@link SeededBlob}s alone, the same in all repositories, which counts what it gives. It can reset each
 * connection after some bytes, and take its time.
 */
final class BlobUpstream implements AutoCloseable {
    private static final Pattern REQUEST = Pattern.compile("(GET|HEAD) /v2/\\S+/blobs/(\\S+) HTTP/1\\.1");
    private static final Pattern RANGE = Pattern.compile("(?im)^range: *bytes=(\\d+)-(\\d*)\\s*$");
    private static final int CHUNK = 1 << 16;

    private final ServerSocket listener = new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1"));
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Map<String, SeededBlob> blobs = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> gets = new ConcurrentHashMap<>();
    private final AtomicLong resumes = new AtomicLong();
    private final AtomicLong resets = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private final LongSupplier untilReset;
    private final long bytesPerSecond;

    /**
     * Listens on a free port.
     *
     * @param untilReset asked for each answer: after how many bytes of its body the connection is reset
     * @param bytesPerSecond of one answer
     */
    BlobUpstream(LongSupplier untilReset, long bytesPerSecond) throws IOException {
        this.untilReset = untilReset;
        this.bytesPerSecond = bytesPerSecond;
        threads.execute(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    SeededBlob add(SeededBlob blob) {
        blobs.put(blob.digest(), blob);
        return blob;
    }

    /** How often a blob was asked for, in whole or in part. */
    long gets(SeededBlob blob) {
        return gets.getOrDefault(blob.digest(), new AtomicLong()).get();
    }

    /** How often a part was asked for that is not the first. */
    long resumes() {
        return resumes.get();
    }

    long resets() {
        return resets.get();
    }

    /** Bytes of blobs that were given to connections, whether they arrived or not. */
    long sent() {
        return sent.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                // What a reset takes away with it is little.
                client.setSendBufferSize(CHUNK);
                open.add(client);
                threads.execute(() -> serve(client));
            }
        } catch (IOException e) {
            // Closed: the end of the test.
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                if (!answer(client, head)) {
                    return;
                }
            }
        } catch (IOException e) {
            // The other side went away, or was killed.
        } finally {
            open.remove(client);
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int c = in.read();
            if (c < 0) {
                return "";
            }
            head.append((char) c);
        }
        return head.toString();
    }

    /** Whether the connection lives on. */
    private boolean answer(Socket client, String head) throws IOException {
        Matcher request = REQUEST.matcher(head);
        SeededBlob blob = request.lookingAt() ? blobs.get(request.group(2)) : null;
        OutputStream out = client.getOutputStream();
        if (blob == null) {
            out.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
            return true;
        }
        Matcher range = RANGE.matcher(head);
        boolean part = range.find();
        long from = part ? Long.parseLong(range.group(1)) : 0;
        long end = part && !range.group(2).isEmpty() ? Long.parseLong(range.group(2)) + 1 : blob.length();
        String status = part
                ? "206 Partial Content\r\nContent-Range: bytes %d-%d/%d".formatted(from, end - 1, blob.length())
                : "200 OK";
        out.write("HTTP/1.1 %s\r\nContent-Length: %d\r\nETag: \"%s\"\r\nDocker-Content-Digest: %s\r\n\r\n"
                .formatted(status, end - from, blob.digest(), blob.digest())
                .getBytes(ISO_8859_1));
        if (request.group(1).equals("HEAD")) {
            return true;
        }
        gets.computeIfAbsent(blob.digest(), digest -> new AtomicLong()).incrementAndGet();
        resumes.addAndGet(from > 0 ? 1 : 0);
        return send(client, blob, from, end);
    }

    private boolean send(Socket client, SeededBlob blob, long from, long end) throws IOException {
        OutputStream out = client.getOutputStream();
        byte[] chunk = new byte[CHUNK];
        long reset = from + untilReset.getAsLong();
        long begun = System.nanoTime();
        for (long at = from; at < end; ) {
            int n = (int) Math.min(CHUNK, Math.min(end, reset) - at);
            if (n <= 0) {
                resets.incrementAndGet();
                client.setSoLinger(true, 0);
                return false;
            }
            blob.read(at, chunk, n);
            out.write(chunk, 0, n);
            at += n;
            sent.addAndGet(n);
            double due = (at - from) * 1e9 / bytesPerSecond;
            LockSupport.parkNanos((long) due - (System.nanoTime() - begun));
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
        for (Socket client : open) {
            client.close();
        }
    }
}

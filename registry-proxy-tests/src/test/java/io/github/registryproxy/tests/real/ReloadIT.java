package io.github.registryproxy.tests.real;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A configuration file that changes, again and again, while a thousand clients pull. */
@Tag("real")
@Timeout(240)
class ReloadIT {
    private static final int PULLS = 1_000;
    private static final int BLOBS = 10;
    private static final int CHANGES = 20;
    private static final int LENGTH = 300_000;

    @RegisterExtension
    static final Stage stage = new Stage();

    private static final CountDownLatch gate = new CountDownLatch(1);

    private static BlobUpstream slow;
    private static BlobUpstream quick;
    private static Path file;
    private static ProxyServer proxy;

    @BeforeAll
    static void start() throws Exception {
        slow = stage.closing(new BlobUpstream(ReloadIT::afterTheGate, Long.MAX_VALUE / 2));
        quick = stage.closing(new BlobUpstream(() -> Long.MAX_VALUE / 2, Long.MAX_VALUE / 2));
        file = stage.directory("config").resolve("site.yaml");
        write(0);
        proxy = ProxyServer.start(
                stage,
                Map.of(
                        "CONFIG",
                        file.toString(),
                        "DATA_DIR",
                        stage.directory("data").toString()),
                "-Xmx256m");
    }

    /** Heads are sent before. */
    private static long afterTheGate() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Long.MAX_VALUE / 2;
    }

    /** Another upstream behind the pulls each time, another route, and now and then images of one's own. */
    private static void write(int change) throws IOException {
        Files.writeString(file, """
                listen: {port: "${PORT}", threads: 1200}
                store: {directory: "${DATA_DIR}"}
                HOSTED
                upstreams:
                  slow: {address: "SLOW", cache: {tag-ttl: CHANGEs}}
                  quick: {address: "QUICK"}
                routes:
                  - {repositories: "proxy/{upstream}", upstreams: [slow, quick]}
                  - {repositories: "changeCHANGE", upstreams: quick}
                """.replace("CHANGE", Integer.toString(change))
                .replace("SLOW", slow.url())
                .replace("QUICK", quick.url())
                .replace("HOSTED", change % 3 == 0 ? "hosted: {}" : ""));
    }

    @Test
    void no_pull_fails_however_often_the_file_changes() throws Exception {
        List<SeededBlob> blobs = new ArrayList<>();
        for (int i = 0; i < BLOBS; i++) {
            blobs.add(slow.add(new SeededBlob(i, LENGTH)));
        }
        SeededBlob small = quick.add(new SeededBlob(99, 50_000));
        ExecutorService clients = Executors.newCachedThreadPool();
        CountDownLatch underWay = new CountDownLatch(PULLS);
        try {
            List<Future<?>> pulls = new ArrayList<>();
            for (int i = 0; i < PULLS; i++) {
                SeededBlob blob = blobs.get(i % BLOBS);
                pulls.add(clients.submit(() -> {
                    pull(blob, underWay);
                    return null;
                }));
            }
            underWay.await();
            for (int change = 1; change <= CHANGES; change++) {
                write(change);
                hangUp("is read again: ", change);
                BlobPull.of(proxy, "change" + change + "/app", small);
                BlobPull.of(proxy, "proxy/quick/app", small);
            }
            Files.writeString(file, "hosted: {pussh: true}\n");
            hangUp("is not used, all stays as it was", 1);
            BlobPull.of(proxy, "change" + CHANGES + "/app", small);
            assertEquals(0, pulls.stream().filter(Future::isDone).count(), "pulls were under way all the time");
            gate.countDown();
            for (Future<?> pull : pulls) {
                pull.get();
            }
        } finally {
            gate.countDown();
            clients.shutdownNow();
        }
        for (SeededBlob blob : blobs) {
            BlobPull.of(proxy, "proxy/slow/app", blob);
            assertEquals(1, slow.gets(blob));
        }
        Figures.say("%d pulls under way while the configuration changed %d times: all whole".formatted(PULLS, CHANGES));
    }

    private static void hangUp(String said, int times) throws Exception {
        Command.run(
                Duration.ofSeconds(10),
                "kill",
                "-HUP",
                Long.toString(proxy.process().pid()));
        proxy.process()
                .awaitReady(Duration.ofSeconds(30), () -> proxy.process().log().split(said, -1).length - 1 >= times);
    }

    /** Counts down when the head of the answer is there. */
    private static void pull(SeededBlob blob, CountDownLatch underWay) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), proxy.port())) {
            socket.setSoTimeout(200_000);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String request = "GET /v2/proxy/slow/app/blobs/%s HTTP/1.1\r\nHost: r\r\nConnection: close\r\n\r\n"
                    .formatted(blob.digest());
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            String head = head(in);
            assertTrue(head.startsWith("HTTP/1.1 200 "), head);
            assertTrue(head.toLowerCase(Locale.ROOT).contains("content-length: " + LENGTH + "\r\n"), head);
            underWay.countDown();
            byte[] buffer = new byte[1 << 14];
            byte[] scratch = new byte[buffer.length];
            int at = 0;
            while (at < LENGTH) {
                int n = in.read(buffer);
                if (n < 0) {
                    throw new EOFException("ended at byte " + at);
                }
                assertTrue(at + n <= LENGTH && blob.matches(at, buffer, n, scratch), "wrong bytes from " + at + " on");
                at += n;
            }
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("no answer");
            }
            head.append((char) c);
        }
        return head.toString();
    }
}

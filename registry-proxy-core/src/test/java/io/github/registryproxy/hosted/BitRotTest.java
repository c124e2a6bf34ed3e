package io.github.registryproxy.hosted;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.cache.CacheBlobs;
import io.github.registryproxy.cache.CacheManifests;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.store.BlobAnswer;
import io.github.registryproxy.store.DirectoryStore;
import io.github.registryproxy.store.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that damages cached and hosted files at random places while clients pull. */
class BitRotTest {
    private static final int DAMAGES = 1000;
    private static final int ROUNDS = 4;
    private static final int CLIENTS = 3;

    /** What clients pull meanwhile, for each damage. */
    private static final int PULLS = 4;

    private static final int[] SIZES = {1, 700, 20_000, 65_535, 65_536, 65_537, 131_072, 200_001, 500_000};
    private static final Client CLIENT = new Client("127.0.0.1", URI.create("http://localhost:5000"));

    @TempDir
    Path directory;

    private final List<Held> all = new ArrayList<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Queue<String> failed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pulls = new AtomicInteger();
    private final AtomicInteger noticed = new AtomicInteger();
    private final Semaphore allowed = new Semaphore(0);
    private volatile boolean stopped;
    private DirectoryStore cached;
    private HostedStore hosted;
    private RegistryHandler proxy;
    private HostedRegistry registry;

    /** A blob or manifest that clients pull. */
    private record Held(boolean isHosted, boolean isManifest, Digest digest, byte[] content) {
        String path() {
            return "/v2/app/" + (isManifest ? "manifests/" : "blobs/") + digest;
        }
    }

    /** What a client got, and whether it looks like all of it. */
    private record Got(int status, boolean complete, byte[] body, String why) {}

    private void open() throws IOException {
        cached = DirectoryStore.open(directory.resolve("cached"), DirectoryStore.LEAST_CAPACITY);
        hosted = HostedStore.open(directory.resolve("hosted"));
        proxy = RegistryProxy.builder()
                .use(CacheManifests.builder(cached).upstream("up").build())
                .use(CacheBlobs.builder(cached, "up").build())
                .upstream(this::upstream)
                .build();
        registry = HostedRegistry.builder(hosted)
                .missingContent(MissingContent.ACCEPTED)
                .build();
    }

    private void close() throws IOException {
        ((RegistryProxy) proxy).close();
        cached.close();
        hosted.close();
    }

    private RegistryResponse upstream(RegistryRequest request) throws IOException {
        String path = request.target().render();
        Held held = all.stream()
                .filter(one -> !one.isHosted && one.path().equals(path))
                .findFirst()
                .orElseThrow();
        if (!held.isManifest) {
            return new BlobAnswer(request, held.digest, held.content.length)
                    .with((offset, length) ->
                            Body.of(Arrays.copyOfRange(held.content, (int) offset, (int) (offset + length))));
        }
        Headers headers = Headers.of(
                HeaderNames.CONTENT_TYPE,
                MediaType.OCI_MANIFEST.value(),
                HeaderNames.DOCKER_CONTENT_DIGEST,
                held.digest.toString(),
                HeaderNames.CONTENT_LENGTH,
                Integer.toString(held.content.length));
        return RegistryResponse.of(200, headers, request.isHead() ? Body.empty() : Body.of(held.content));
    }

    private void make() {
        Random random = new Random(14);
        for (boolean isHosted : new boolean[] {false, true}) {
            for (int size : SIZES) {
                byte[] content = new byte[size];
                random.nextBytes(content);
                all.add(new Held(isHosted, false, Digest.of(Digest.Algorithm.SHA256, content), content));
            }
            for (int size : new int[] {10, 70_000}) {
                byte[] content = ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST
                                + "\",\"config\":{\"mediaType\":\"" + MediaType.OCI_CONFIG
                                + "\",\"digest\":\"" + all.get(0).digest
                                + "\",\"size\":1},\"layers\":[],\"annotations\":{\"a\":\""
                                + (isHosted ? "h" : "c").repeat(size) + "\"}}")
                        .getBytes(StandardCharsets.UTF_8);
                all.add(new Held(isHosted, true, Digest.of(Digest.Algorithm.SHA256, content), content));
            }
        }
    }

    private Got send(Held held, String method, Headers headers, Body body, boolean toSink) throws IOException {
        RegistryHandler handler = held.isHosted ? registry : proxy;
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        int status = 0;
        RegistryRequest request = RegistryRequest.of(method, Target.parse(method, held.path()), headers, body, CLIENT);
        try (RegistryResponse response = handler.handle(request)) {
            status = response.status();
            if (toSink) {
                response.body().writeTo(bytes -> copy(bytes, got));
            } else {
                got.writeBytes(response.body().readAll(1 << 24));
            }
            long told = response.headers()
                    .contentLength()
                    .orElse(response.body().length().orElse(got.size()));
            boolean complete = method.equals("HEAD") ? told == held.content.length : told == got.size();
            return new Got(status, complete, got.toByteArray(), "");
        } catch (IOException e) {
            return new Got(status, false, got.toByteArray(), String.valueOf(e.getCause() == null ? e : e.getCause()));
        }
    }

    private static void copy(ByteBuffer bytes, ByteArrayOutputStream into) {
        byte[] chunk = new byte[bytes.remaining()];
        bytes.get(chunk);
        into.writeBytes(chunk);
    }

    /** One pull, of the whole or of a part; what is complete is right, and of the cache everything is complete. */
    private boolean pull(Held held, Random random) throws IOException {
        pulls.incrementAndGet();
        String method = random.nextInt(8) == 0 ? "HEAD" : "GET";
        int from = random.nextInt(held.content.length);
        int end = from + 1 + random.nextInt(held.content.length - from);
        boolean part = !held.isManifest && method.equals("GET") && random.nextInt(3) == 0;
        Headers headers = part ? Headers.of(HeaderNames.RANGE, "bytes=" + from + "-" + (end - 1)) : Headers.EMPTY;
        Got got = send(held, method, headers, Body.empty(), random.nextBoolean());
        byte[] right = part ? Arrays.copyOfRange(held.content, from, end) : held.content;
        boolean success = got.status == (part ? 206 : 200);
        boolean same = method.equals("HEAD") || Arrays.equals(right, got.body);
        if (success && got.complete && !same) {
            wrong.add(method + " " + headers + " of " + held.content.length + " in " + held.path());
        }
        if (!got.complete && got.status != 404 && !Arrays.equals(Arrays.copyOf(right, got.body.length), got.body)) {
            wrong.add("a wrong part of " + held.path());
        }
        boolean good = success && got.complete && same;
        if (!held.isHosted && !good) {
            failed.add(method + " " + headers + " of " + held.content.length + ": " + got.status + " " + got.why);
        }
        return good;
    }

    private void push(Held held) throws IOException {
        if (held.isManifest) {
            Headers type = Headers.of(HeaderNames.CONTENT_TYPE, MediaType.OCI_MANIFEST.value());
            assertEquals(201, send(held, "PUT", type, Body.of(held.content), false).status);
            return;
        }
        String target = "/v2/app/blobs/uploads/?digest=" + held.digest;
        RegistryRequest push =
                RegistryRequest.of("POST", Target.parse("POST", target), Headers.EMPTY, Body.of(held.content), CLIENT);
        try (RegistryResponse response = registry.handle(push)) {
            assertEquals(201, response.status());
        }
    }

    private Path file(Held held, String tree) {
        return directory
                .resolve(held.isHosted ? "hosted/content" : "cached")
                .resolve(tree)
                .resolve("sha256")
                .resolve(held.digest.encoded().substring(0, 2))
                .resolve(held.digest.encoded());
    }

    /** Changes the file in place; false where it is the same afterwards, or there is none. */
    private boolean damage(Held held, Random random) throws IOException {
        if (random.nextInt(10) == 0 && Files.exists(file(held, "sums"))) {
            Files.write(file(held, "sums"), new byte[random.nextInt(300)]); // damage besides
        } else if (random.nextInt(10) == 0) {
            Files.deleteIfExists(file(held, "sums"));
        }
        int size = held.content.length;
        try (FileChannel file = FileChannel.open(file(held, ""), StandardOpenOption.WRITE)) {
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    int at = random.nextInt(size);
                    byte flipped = (byte) (held.content[at] ^ (1 << random.nextInt(8)));
                    file.write(ByteBuffer.wrap(new byte[] {flipped}), at);
                }
                case 2 -> file.truncate(random.nextInt(size));
                case 3 -> {
                    byte[] more = new byte[1 + random.nextInt(100_000)];
                    random.nextBytes(more);
                    file.write(ByteBuffer.wrap(more), size);
                }
                default -> {
                    byte[] other = all.get(random.nextInt(all.size())).content;
                    if (Arrays.equals(other, held.content)) {
                        return false;
                    }
                    file.truncate(0);
                    file.write(ByteBuffer.wrap(other), 0);
                }
            }
        } catch (NoSuchFileException e) {
            return false;
        }
        return true;
    }

    /** Pulls until what is on the disk is right again, or gone; a hosted content is pushed then. */
    private void mend(Held held) throws IOException {
        Got got = send(held, "GET", Headers.EMPTY, Body.empty(), false);
        boolean inMemory = held.isManifest && got.status == 200;
        if (held.isHosted) {
            boolean good = got.status == 200 && got.complete;
            assertTrue(inMemory || !good, "damage of " + held.path() + " was not noticed");
            push(held);
        } else if (inMemory) {
            cached.scrub(Progress.NONE, digest -> {});
        }
        noticed.incrementAndGet();
        got = send(held, "GET", Headers.EMPTY, Body.empty(), false);
        assertEquals(200, got.status, got.why);
        assertArrayEquals(held.content, got.body, got.why + (held.isHosted ? " hosted" : " cached") + held.isManifest);
        Path file = file(held, "");
        assertTrue(!Files.exists(file) || Arrays.equals(held.content, Files.readAllBytes(file)), held::path);
    }

    private Thread client(int seed) {
        Random random = new Random(seed);
        Thread thread = new Thread(() -> {
            try {
                for (allowed.acquire(); !stopped; allowed.acquire()) {
                    pull(all.get(random.nextInt(all.size())), random);
                }
            } catch (IOException | InterruptedException | RuntimeException e) {
                failed.add(e.toString());
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void no_damage_becomes_a_wrong_body_and_no_cached_pull_fails() throws Exception {
        make();
        open();
        Random random = new Random(1);
        for (Held held : all) {
            if (held.isHosted) {
                push(held);
            }
            assertTrue(pull(held, new Random(2)));
            send(held, "GET", Headers.EMPTY, Body.empty(), false);
        }
        int damages = 0;
        for (int round = 1; round <= ROUNDS; round++) {
            stopped = false;
            allowed.drainPermits();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(client(100 * round + i));
            }
            while (damages < DAMAGES * round / ROUNDS) {
                allowed.release(PULLS);
                Held held = all.get(random.nextInt(all.size()));
                if (damage(held, random)) {
                    damages++;
                    mend(held);
                } else {
                    send(held, "GET", Headers.EMPTY, Body.empty(), false);
                }
            }
            stopped = true;
            allowed.release(CLIENTS);
            for (Thread client : clients) {
                client.join();
            }
            close();
            open();
        }
        assertEquals(List.of(), List.copyOf(wrong));
        assertEquals(List.of(), List.copyOf(failed));
        assertEquals(DAMAGES, noticed.get());
        assertEquals(List.of(), hosted.check(Progress.NONE).problems());
        assertTrue(pulls.get() > DAMAGES, "clients pulled");
        close();
    }
}

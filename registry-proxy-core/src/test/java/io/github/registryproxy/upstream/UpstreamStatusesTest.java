package io.github.registryproxy.upstream;

import static io.github.registryproxy.upstream.Scripted.bytes;
import static io.github.registryproxy.upstream.Scripted.request;
import static io.github.registryproxy.upstream.Scripted.sha256;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.cache.CacheAccess;
import io.github.registryproxy.cache.CacheBlobs;
import io.github.registryproxy.cache.CacheManifests;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.store.MemoryStore;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every status from 200 to 299 and odd ones, on every way to read, with and without a cache. */
class UpstreamStatusesTest {
    private static final int LARGEST = 1024 * 1024;
    private static final byte[] BLOB = bytes(100_000);
    private static final byte[] SMALL = bytes(1_000);
    private static final byte[] MANIFEST =
            text("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                    + "\"config\":{},\"layers\":[]}");
    private static final byte[] TAGS = text("{\"name\":\"app\",\"tags\":[\"1\"]}");
    private static final byte[] CATALOG = text("{\"repositories\":[\"app\"]}");
    private static final byte[] INDEX = text(
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\"," + "\"manifests\":[]}");
    private static final int[] STATUSES = IntStream.concat(
                    IntStream.range(200, 300),
                    IntStream.of(300, 301, 302, 303, 304, 305, 306, 307, 308, 399, 416, 418, 499, 500, 599))
            .toArray();

    private static byte[] text(String content) {
        return content.getBytes(StandardCharsets.UTF_8);
    }

    /** What can be read, and what the upstream has there. */
    private record Door(String name, String target, byte[] right, boolean content) {}

    private static final List<Door> DOORS = List.of(
            new Door("blob", "/v2/app/blobs/" + sha256(BLOB), BLOB, true),
            new Door("small blob", "/v2/app/blobs/" + sha256(SMALL), SMALL, true),
            new Door("manifest by tag", "/v2/app/manifests/1", MANIFEST, true),
            new Door("manifest by digest", "/v2/app/manifests/" + sha256(MANIFEST), MANIFEST, true),
            new Door("tags", "/v2/app/tags/list", TAGS, false),
            new Door("catalog", "/v2/_catalog", CATALOG, false),
            new Door("referrers", "/v2/app/referrers/" + sha256(MANIFEST), INDEX, false));

    /** What the upstream does with the bytes, whatever status it chooses. */
    private enum Sends {
        RIGHT,
        WRONG,
        PART,
        NOTHING;

        byte[] of(Door door) {
            return switch (this) {
                case RIGHT -> door.right();
                case PART -> Arrays.copyOf(door.right(), door.right().length - 10);
                case NOTHING -> new byte[0];
                case WRONG -> {
                    byte[] wrong = door.right().clone();
                    wrong[0] ^= 1;
                    yield wrong;
                }
            };
        }
    }

    /** An upstream that answers everything with one status; it says what it would say with a 200, or a 206. */
    private static Transport answering(int status, Door door, Sends sends, AtomicInteger asked) {
        return new Transport() {
            @Override
            public RegistryResponse send(TransportRequest request) {
                asked.incrementAndGet();
                byte[] body = request.method().equals("HEAD") ? new byte[0] : sends.of(door);
                Headers headers = Headers.of(
                        HeaderNames.CONTENT_TYPE,
                        door.content() ? "application/vnd.oci.image.manifest.v1+json" : "application/json",
                        HeaderNames.DOCKER_CONTENT_DIGEST,
                        sha256(door.right()).toString());
                if (request.headers().contains(HeaderNames.RANGE) || status == 206) {
                    headers = headers.and(
                            HeaderNames.CONTENT_RANGE, "bytes 0-" + (body.length - 1) + "/" + door.right().length);
                }
                if (status >= 300 && status < 400) {
                    headers = headers.and(HeaderNames.LOCATION, "https://upstream.example/elsewhere");
                }
                return RegistryResponse.of(status, headers, Body.of(body));
            }

            @Override
            public void close() {}
        };
    }

    private record Got(int status, Headers headers, byte[] body, boolean whole) {}

    private static Got ask(RegistryHandler handler, RegistryRequest request) throws IOException {
        RegistryResponse response;
        try {
            response = handler.handle(request);
        } catch (IOException e) {
            return new Got(502, Headers.EMPTY, new byte[0], true); // as it leaves a server
        }
        try (response) {
            return new Got(
                    response.status(), response.headers(), response.body().readAll(LARGEST), true);
        } catch (IOException e) {
            return new Got(response.status(), response.headers(), new byte[0], false);
        }
    }

    private static RegistryHandler uncached(Transport transport) {
        return RegistryProxy.builder().upstream(upstream(transport)).build();
    }

    private static HttpUpstream upstream(Transport transport) {
        return HttpUpstream.to(Scripted.ORIGIN)
                .transport(transport)
                .backoff(failures -> {})
                .blobDelivery(BlobDelivery.STREAM)
                .build();
    }

    private static RegistryProxy cached(MemoryStore store, RegistryHandler upstream) {
        return RegistryProxy.builder()
                .use(CacheBlobs.builder(store, "hub").access(CacheAccess.PUBLIC).build())
                .use(CacheManifests.builder(store)
                        .upstream("hub")
                        .access(CacheAccess.PUBLIC)
                        .build())
                .upstream(upstream)
                .build();
    }

    @TestFactory
    Stream<DynamicTest> a_complete_answer_has_the_right_content_whatever_status_the_upstream_chose() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Door door : DOORS) {
            for (String method : List.of("GET", "HEAD", "Range")) {
                tests.add(dynamicTest(method + " " + door.name(), () -> everyStatus(door, method, false)));
                tests.add(dynamicTest(method + " " + door.name() + ", cached", () -> everyStatus(door, method, true)));
            }
        }
        return tests.stream();
    }

    private static void everyStatus(Door door, String method, boolean cached) throws IOException {
        for (int status : STATUSES) {
            for (Sends sends : Sends.values()) {
                String row = method + " " + door.name() + " answered " + status + " with " + sends;
                AtomicInteger asked = new AtomicInteger();
                Transport transport = answering(status, door, sends, asked);
                if (!cached) {
                    check(row, door, method, status, ask(uncached(transport), reading(door, method)));
                    assertTrue(asked.get() <= 12, row + ": asked " + asked);
                    continue;
                }
                try (MemoryStore store = new MemoryStore(LARGEST);
                        RegistryProxy proxy = cached(store, upstream(transport))) {
                    Got got = ask(proxy, reading(door, method));
                    check(row, door, method, status, got);
                    assertTrue(asked.get() <= 2 * (Redirects.MOST_HOPS + 1), row + ": asked " + asked);
                    if (status == 200 && sends == Sends.RIGHT && method.equals("GET") && door.content()) {
                        int cold = asked.get();
                        check(row, door, method, status, ask(proxy, reading(door, method)));
                        assertEquals(cold, asked.get(), row + ": asked again when it was cached");
                    }
                }
            }
        }
    }

    private static RegistryRequest reading(Door door, String method) {
        return method.equals("Range")
                ? request("GET", door.target(), "Range", "bytes=0-" + (door.right().length - 1))
                : request(method, door.target());
    }

    private static void check(String row, Door door, String method, int status, Got got) {
        assertTrue(got.status() != 500 || status == 500, row + " is a 500");
        if (got.status() >= 400 || !got.whole()) {
            return;
        }
        assertTrue(got.status() == 200 || got.status() == 206, row + " passed as " + got.status());
        assertEquals(200, status == 206 && method.equals("Range") ? 200 : status, row);
        if (method.equals("HEAD")) {
            assertEquals(0, got.body().length, row);
        } else if (door.content() && got.status() == 200) {
            assertArrayEquals(door.right(), got.body(), row);
        } else if (got.status() == 206) {
            assertTrue(method.equals("Range") && door.name().contains("blob"), row);
        } else {
            assertTrue(got.body().length > 0, row);
        }
    }

    @Test
    void an_unlisted_status_is_named_to_the_client_and_its_body_is_closed() throws IOException {
        Scripted once = new Scripted().then(203, Headers.EMPTY, BLOB);
        RegistryResponse response = RegistryProxy.builder()
                .upstream(once.upstream().build())
                .build()
                .handle(request("GET", "/v2/app/blobs/" + sha256(BLOB)));
        assertEquals(502, response.status());
        assertTrue(new String(response.body().readAll(LARGEST), StandardCharsets.UTF_8)
                .contains("answered 203 to GET of a blob"));
        assertEquals(0, once.open());
        assertEquals(1, once.requests.size());
    }

    @Test
    void every_operation_has_a_row() {
        for (Class<?> operation : leaves(Operation.class)) {
            assertTrue(UpstreamStatuses.decides(operation), operation.getSimpleName() + " has no row");
        }
    }

    private static Set<Class<?>> leaves(Class<?> type) {
        Set<Class<?>> found = new java.util.LinkedHashSet<>();
        for (Class<?> sub : type.getPermittedSubclasses()) {
            if (sub.isSealed()) {
                found.addAll(leaves(sub));
            } else {
                found.add(sub);
            }
        }
        return found;
    }

    @Test
    void a_range_is_asked_of_a_blob_alone() throws IOException {
        for (String target : List.of("/v2/app/manifests/1", "/v2/app/tags/list", "/v2/_catalog")) {
            RegistryHandler table = request -> new UpstreamStatuses().handle(request, asked -> {
                assertFalse(asked.headers().contains(HeaderNames.RANGE), target);
                return RegistryResponse.of(200);
            });
            assertEquals(
                    200,
                    table.handle(request("GET", target, "Range", "bytes=0-1")).status());
        }
    }

    @Test
    void a_write_is_complete_by_the_statuses_of_its_endpoint_alone() throws IOException {
        String blob = sha256(BLOB).toString();
        record Row(String method, String target, Set<Integer> statuses) {}
        List<Row> rows = List.of(
                new Row("POST", "/v2/app/blobs/uploads/", Set.of(202)),
                new Row("POST", "/v2/app/blobs/uploads/?digest=" + blob, Set.of(201, 202)),
                new Row("POST", "/v2/app/blobs/uploads/?mount=" + blob + "&from=other", Set.of(201, 202)),
                new Row("PATCH", "/v2/app/blobs/uploads/7", Set.of(202, 204)),
                new Row("PUT", "/v2/app/blobs/uploads/7?digest=" + blob, Set.of(201, 204)),
                new Row("GET", "/v2/app/blobs/uploads/7", Set.of(204)),
                new Row("DELETE", "/v2/app/blobs/uploads/7", Set.of(200, 202, 204)),
                new Row("PUT", "/v2/app/manifests/1", Set.of(201, 202)),
                new Row("DELETE", "/v2/app/manifests/" + blob, Set.of(200, 202, 204)),
                new Row("DELETE", "/v2/app/blobs/" + blob, Set.of(200, 202, 204)));
        UpstreamStatuses table = new UpstreamStatuses();
        for (Row row : rows) {
            for (int status = 200; status < 400; status++) {
                int answered = status;
                RegistryHandler once = request -> table.handle(request, asked -> RegistryResponse.of(answered));
                RegistryRequest request = request(row.method(), row.target());
                if (row.statuses().contains(status)) {
                    assertEquals(status, once.handle(request).status());
                } else {
                    assertThrows(RegistryException.class, () -> once.handle(request), row + " " + status);
                }
            }
        }
    }

    @Test
    void a_location_is_where_an_upload_goes_on_only_where_the_specification_has_one() throws IOException {
        String blob = sha256(BLOB).toString();
        record Row(String method, String target, int status, boolean goesOn) {}
        List<Row> rows = List.of(
                new Row("POST", "/v2/app/blobs/uploads/", 202, true),
                new Row("POST", "/v2/app/blobs/uploads/?digest=" + blob, 202, true),
                new Row("POST", "/v2/app/blobs/uploads/?mount=" + blob + "&from=other", 202, true),
                new Row("PATCH", "/v2/app/blobs/uploads/7", 202, true),
                new Row("PATCH", "/v2/app/blobs/uploads/7", 416, true),
                new Row("GET", "/v2/app/blobs/uploads/7", 204, true),
                new Row("DELETE", "/v2/app/blobs/uploads/7", 204, false),
                new Row("DELETE", "/v2/app/blobs/" + blob, 202, false),
                new Row("DELETE", "/v2/app/manifests/" + blob, 202, false),
                new Row("GET", "/v2/app/manifests/1", 200, false),
                new Row("HEAD", "/v2/app/manifests/1", 200, false),
                new Row("GET", "/v2/app/blobs/" + sha256(SMALL), 200, false),
                new Row("HEAD", "/v2/app/blobs/" + sha256(SMALL), 200, false),
                new Row("GET", "/v2/app/tags/list", 200, false),
                new Row("GET", "/v2/_catalog", 200, false),
                new Row("GET", "/v2/app/referrers/" + blob, 200, false),
                new Row("GET", "/v2/app/manifests/1", 404, false));
        for (Row row : rows) {
            Door door = DOORS.stream()
                    .filter(d -> d.target().equals(row.target())
                            || d.target().startsWith(row.target().replaceAll(":.*", "")))
                    .findFirst()
                    .orElse(DOORS.get(0));
            byte[] body = row.status() == 200 && !row.method().equals("HEAD")
                    ? row.target().contains(sha256(SMALL).toString()) ? SMALL : door.right()
                    : new byte[0];
            Scripted once = new Scripted()
                    .then(
                            row.status(),
                            Headers.of(
                                    HeaderNames.LOCATION,
                                    "https://upstream.example:8443/inner/secret?sig=1",
                                    HeaderNames.CONTENT_TYPE,
                                    "application/vnd.oci.image.manifest.v1+json",
                                    HeaderNames.CONTENT_LENGTH,
                                    "70",
                                    HeaderNames.DOCKER_CONTENT_DIGEST,
                                    sha256(MANIFEST).toString()),
                            body);
            try (RegistryResponse response = once.upstream().build().handle(request(row.method(), row.target()))) {
                assertEquals(row.status(), response.status(), row.toString());
                assertEquals(row.goesOn(), response.headers().contains(HeaderNames.LOCATION), row.toString());
            }
        }
    }
}

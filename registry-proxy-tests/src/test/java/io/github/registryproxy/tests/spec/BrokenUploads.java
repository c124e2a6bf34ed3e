package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** "Resumable Push" of the use cases, and uploads in the wrong hands. */
@Section("Beyond the specification: broken and foreign uploads")
interface BrokenUploads extends UnderTest {
    /** A registry learns late that a connection was lost; each try is a question to it. */
    int TRIES = 2000;

    Pattern RANGE = Pattern.compile("0-(\\d+)");

    @Test
    default void a_push_whose_connection_was_lost_goes_on_where_the_registry_says() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(2_000_000);
        URI location = repository.start();
        loseConnection("PATCH", location, blob, 1_234_567, "Content-Range: 0-1999999\r\n");
        URI sent = goOn(repository, location, blob);
        repository.finish(sent, blob.digest()).is(201);
        assertArrayEquals(
                blob.bytes(), repository.get("blobs/" + blob.digest()).is(200).body());
    }

    @Test
    default void a_stream_whose_connection_was_lost_goes_on_where_the_registry_says() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(2_000_000);
        URI location = repository.start();
        loseConnection("PATCH", location, blob, 1_000_000, "");
        URI sent = goOn(repository, location, blob);
        repository.finish(sent, blob.digest()).is(201);
        assertArrayEquals(
                blob.bytes(), repository.get("blobs/" + blob.digest()).is(200).body());
    }

    @Test
    default void a_put_whose_connection_was_lost_stores_no_blob() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(100_000);
        Content half = new Content(Content.BYTES, Arrays.copyOf(blob.bytes(), 50_000));
        URI start = repository.start();
        String query = (start.getRawQuery() == null ? "?" : "&") + "digest=";
        loseConnection("PUT", URI.create(start + query + blob.digest()), blob, 50_000, "");
        // What did arrive has the digest that is asked for: still not what was announced.
        URI other = repository.start();
        loseConnection("PUT", URI.create(other + query + half.digest()), blob, 50_000, "");
        repository.blob();
        repository.head("blobs/" + blob.digest()).is(404);
        repository.head("blobs/" + half.digest()).is(404);
    }

    @Test
    default void a_single_post_whose_connection_was_lost_stores_no_blob() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(100_000);
        Content half = new Content(Content.BYTES, Arrays.copyOf(blob.bytes(), 50_000));
        for (Content named : List.of(blob, half)) {
            URI target = repository.uri("blobs/uploads/?digest=" + named.digest());
            loseConnection("POST", target, blob, 50_000, "");
        }
        repository.blob();
        repository.head("blobs/" + blob.digest()).is(404);
        repository.head("blobs/" + half.digest()).is(404);
    }

    @Test
    default void a_manifest_whose_connection_was_lost_is_not_there() throws Exception {
        Repository repository = repository();
        Content image = repository.image();
        URI target = repository.uri("manifests/1");
        // Blank at its end, so that what arrives is a manifest too.
        Content longer = Content.of(image.type(), image.text() + " ".repeat(1000));
        loseConnection("PUT", target, longer, image.bytes().length, "");
        repository.head("manifests/" + image.digest()).is(404);
        repository.head("manifests/1").is(404);
    }

    @Test
    default void an_upload_of_another_repository_is_404() throws Exception {
        Repository repository = repository();
        Repository other = repository();
        other.blob();
        Content blob = Content.random(10);
        URI location =
                repository.chunk(repository.start(), 0, blob.bytes()).is(202).location();
        URI foreign = URI.create(location.toString().replace(repository.name(), other.name()));
        other.get(foreign).is(404, "BLOB_UPLOAD_UNKNOWN");
        other.chunk(foreign, 10, new byte[10]).is(404, "BLOB_UPLOAD_UNKNOWN");
        other.finish(foreign, blob.digest()).is(404, "BLOB_UPLOAD_UNKNOWN");
        other.delete(foreign).is(404, "BLOB_UPLOAD_UNKNOWN");
        repository.finish(location, blob.digest()).is(201);
        other.head("blobs/" + blob.digest()).is(404);
    }

    @Test
    default void an_upload_is_not_reached_by_a_way_around() throws Exception {
        Repository repository = repository();
        URI location = repository.start();
        String session = location.getRawPath().substring(location.getRawPath().lastIndexOf('/') + 1);
        for (String around : List.of("..%2fuploads%2f" + session, "%2e%2e/uploads/" + session, session + "%2f", "..")) {
            Answer answer = repository.get("blobs/uploads/" + around);
            assertTrue(List.of(400, 404, 405).contains(answer.status()), answer::toString);
        }
        repository.get(location).is(204);
    }

    /** Announces all of it, sends so many bytes, and is gone. */
    private static void loseConnection(String method, URI location, Content blob, int sent, String fields)
            throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName(location.getHost()), location.getPort())) {
            String query = location.getRawQuery() == null ? "" : "?" + location.getRawQuery();
            String head = "%s %s%s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n"
                    .formatted(
                            method,
                            location.getRawPath(),
                            query,
                            location.getRawAuthority(),
                            blob.type(),
                            blob.bytes().length,
                            fields);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(blob.bytes(), 0, sent);
            socket.shutdownOutput();
            // Waits until the registry has seen the end, whatever it says to that.
            socket.setSoTimeout(20_000);
            while (socket.getInputStream().read() >= 0) {}
        } catch (SocketException e) {
            // Reset: it has seen the end.
        }
    }

    /** Sends the rest once the registry agrees about where it begins. */
    private static URI goOn(Repository repository, URI location, Content blob) throws Exception {
        for (int i = 0; i < TRIES; i++) {
            Answer status = repository.get(location).is(204);
            Matcher range = RANGE.matcher(status.has("Range"));
            assertTrue(range.matches(), status::toString);
            int last = Integer.parseInt(range.group(1));
            // "0-0" is one byte, or none.
            int first = last == 0 ? i % 2 : last + 1;
            assertTrue(first < blob.bytes().length, status::toString);
            byte[] rest = Arrays.copyOfRange(blob.bytes(), first, blob.bytes().length);
            Answer answer = repository.chunk(status.location(), first, rest);
            if (answer.status() != 416) {
                assertEquals("0-" + (blob.bytes().length - 1), answer.is(202).has("Range"));
                return answer.location();
            }
        }
        throw new AssertionError("the registry never takes the rest");
    }
}

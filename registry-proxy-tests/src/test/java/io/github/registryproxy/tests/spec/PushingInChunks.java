package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** end-5, end-6, end-13; {@code Settings} has the smallest chunk, {@link BrokenUploads} what goes wrong. */
@Section("Pushing a blob in chunks")
interface PushingInChunks extends UnderTest {
    @Test
    default void chunks_in_order_are_202_with_a_location_and_the_range_so_far() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(30);
        URI location = repository.start();
        for (int first = 0; first < 30; first += 10) {
            Answer answer = repository.chunk(location, first, Arrays.copyOfRange(blob.bytes(), first, first + 10));
            assertEquals("0-" + (first + 9), answer.is(202).has("Range"));
            location = answer.location();
        }
        Answer pushed = repository.finish(location, blob.digest()).is(201);
        assertArrayEquals(
                blob.bytes(), repository.get(pushed.location()).is(200).body());
    }

    @Test
    default void the_last_chunk_may_come_with_the_put() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(30);
        URI location = repository
                .chunk(repository.start(), 0, Arrays.copyOf(blob.bytes(), 20))
                .is(202)
                .location();
        byte[] last = Arrays.copyOfRange(blob.bytes(), 20, 30);
        Answer pushed = repository
                .finish(location, blob.digest(), last, "Content-Type", Content.BYTES, "Content-Range", "20-29")
                .is(201);
        assertArrayEquals(
                blob.bytes(), repository.get(pushed.location()).is(200).body());
    }

    @Test
    default void the_put_may_bring_the_last_bytes_without_a_range() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(30);
        URI location = repository
                .chunk(repository.start(), 0, Arrays.copyOf(blob.bytes(), 20))
                .is(202)
                .location();
        repository
                .finish(location, blob.digest(), Arrays.copyOfRange(blob.bytes(), 20, 30))
                .is(201);
        assertArrayEquals(
                blob.bytes(), repository.get("blobs/" + blob.digest()).is(200).body());
    }

    @Test
    default void a_blob_may_be_one_stream_without_range_and_length() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(300_000);
        var stream = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(blob.bytes()));
        Answer sent = client().send("PATCH", repository.start(), stream, "Content-Type", Content.BYTES)
                .is(202);
        assertEquals("0-299999", sent.has("Range"));
        repository.finish(sent.location(), blob.digest()).is(201);
        assertArrayEquals(
                blob.bytes(), repository.get("blobs/" + blob.digest()).is(200).body());
    }

    @Test
    default void a_first_chunk_that_does_not_begin_at_0_is_416() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(30);
        URI location = repository.start();
        repository.chunk(location, 10, Arrays.copyOfRange(blob.bytes(), 10, 20)).is(416);
        goesOn(repository, location, 0, blob);
    }

    @Test
    default void a_chunk_that_leaves_a_gap_is_416_and_the_upload_goes_on() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(30);
        URI location = repository
                .chunk(repository.start(), 0, Arrays.copyOf(blob.bytes(), 10))
                .is(202)
                .location();
        repository.chunk(location, 20, Arrays.copyOfRange(blob.bytes(), 20, 30)).is(416);
        goesOn(repository, location, 10, blob);
    }

    @Test
    default void a_chunk_that_is_sent_again_is_416_and_the_upload_goes_on() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(30);
        URI location = repository
                .chunk(repository.start(), 0, Arrays.copyOf(blob.bytes(), 10))
                .is(202)
                .location();
        repository.chunk(location, 0, Arrays.copyOf(blob.bytes(), 10)).is(416);
        repository.chunk(location, 5, Arrays.copyOfRange(blob.bytes(), 5, 15)).is(416);
        goesOn(repository, location, 10, blob);
    }

    @Test
    default void a_last_chunk_out_of_order_is_416_and_the_upload_goes_on() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(30);
        URI location = repository
                .chunk(repository.start(), 0, Arrays.copyOf(blob.bytes(), 10))
                .is(202)
                .location();
        byte[] last = Arrays.copyOfRange(blob.bytes(), 20, 30);
        repository
                .finish(location, blob.digest(), last, "Content-Type", Content.BYTES, "Content-Range", "20-29")
                .is(416);
        goesOn(repository, location, 10, blob);
    }

    @Test
    default void a_chunk_whose_range_is_not_its_length_is_refused_and_not_kept() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(30);
        URI location = repository.start();
        for (String range : List.of("0-8", "0-10", "9-0")) {
            Answer answer = repository.chunk(location, range, Arrays.copyOf(blob.bytes(), 10));
            assertTrue(List.of(400, 416).contains(answer.status()), answer::toString);
        }
        goesOn(repository, location, 0, blob);
    }

    @Test
    default void the_status_of_an_upload_is_204_with_its_location_and_its_range() throws Exception {
        Repository repository = repository();
        URI location = repository.start();
        Answer fresh = repository.get(location).is(204);
        assertTrue(fresh.has("Range").matches("0-(0|-1)"), fresh::toString);
        location = repository.chunk(fresh.location(), 0, new byte[10]).is(202).location();
        Answer answer = repository.get(location).is(204);
        assertEquals("0-9", answer.has("Range"));
        repository.chunk(answer.location(), 10, new byte[10]).is(202);
        assertEquals("0-19", repository.get(answer.location()).is(204).has("Range"));
    }

    @Test
    default void chunks_that_do_not_make_up_the_digest_are_refused_with_DIGEST_INVALID() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(20);
        URI location = repository
                .chunk(repository.start(), 0, Arrays.copyOf(blob.bytes(), 10))
                .is(202)
                .location();
        repository.finish(location, blob.digest()).is(400, "DIGEST_INVALID");
        repository.head("blobs/" + blob.digest()).is(404);
    }

    @Test
    default void an_upload_is_over_when_its_blob_is_there() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(10);
        URI location = repository.start();
        repository.finish(location, blob.digest(), blob.bytes()).is(201);
        repository.get(location).is(404, "BLOB_UPLOAD_UNKNOWN");
        repository.chunk(location, 10, new byte[10]).is(404, "BLOB_UPLOAD_UNKNOWN");
    }

    /** Asks where the upload stands and sends the rest. */
    private static void goesOn(Repository repository, URI location, int received, Content blob) throws Exception {
        Answer status = repository.get(location).is(204);
        if (received > 0) {
            assertEquals("0-" + (received - 1), status.has("Range"));
        }
        byte[] rest = Arrays.copyOfRange(blob.bytes(), received, blob.bytes().length);
        URI next = repository.chunk(status.location(), received, rest).is(202).location();
        repository.finish(next, blob.digest()).is(201);
        assertArrayEquals(
                blob.bytes(), repository.get("blobs/" + blob.digest()).is(200).body());
    }
}

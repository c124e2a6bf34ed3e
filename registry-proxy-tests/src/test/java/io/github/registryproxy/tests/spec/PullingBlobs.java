package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** end-2; more about ranges is in {@link ConditionsAndRanges}. */
@Section("Pulling blobs")
interface PullingBlobs extends UnderTest {
    @Test
    default void a_blob_is_pulled_by_its_digest() throws Exception {
        Repository repository = repository();
        Content blob = repository.push(Content.random(1 << 20));
        Answer answer = repository.get("blobs/" + blob.digest()).is(200);
        assertArrayEquals(blob.bytes(), answer.body());
    }

    @Test
    default void a_pulled_blob_says_its_digest() throws Exception {
        Repository repository = repository();
        Content blob = repository.blob();
        assertEquals(
                blob.digest(), repository.get("blobs/" + blob.digest()).is(200).has("Docker-Content-Digest"));
    }

    @Test
    default void a_blob_that_is_not_there_is_404() throws Exception {
        Repository repository = repository();
        repository.blob();
        repository.get("blobs/" + Content.random(10).digest()).is(404, "BLOB_UNKNOWN");
    }

    @Test
    default void a_blob_of_another_repository_is_not_there() throws Exception {
        Repository repository = repository();
        repository.blob();
        Content elsewhere = repository().blob();
        repository.get("blobs/" + elsewhere.digest()).is(404, "BLOB_UNKNOWN");
        repository.head("blobs/" + elsewhere.digest()).is(404);
    }

    @Test
    default void a_malformed_digest_is_refused() throws Exception {
        Repository repository = repository();
        repository.blob();
        for (String digest : List.of("sha256:", "sha256:abc", "sha256:" + "G".repeat(64), "latest", "md5:abc")) {
            repository.get("blobs/" + digest).isRefused();
        }
    }

    @Test
    default void a_range_of_a_blob_is_206_with_those_bytes() throws Exception {
        Repository repository = repository();
        Content blob = repository.push(Content.of(Content.BYTES, "0123456789" + repository.name()));
        Answer answer =
                repository.get("blobs/" + blob.digest(), "Range", "bytes=2-5").is(206);
        assertEquals("2345", answer.text());
        assertEquals("bytes 2-5/" + blob.bytes().length, answer.has("Content-Range"));
    }

    @Test
    default void a_pull_goes_on_where_it_was_interrupted() throws Exception {
        Repository repository = repository();
        Content blob = repository.push(Content.of(Content.BYTES, "0123456789" + repository.name()));
        Answer answer =
                repository.get("blobs/" + blob.digest(), "Range", "bytes=10-").is(206);
        assertEquals(repository.name(), answer.text());
        assertEquals(
                "bytes 10-%d/%d".formatted(blob.bytes().length - 1, blob.bytes().length), answer.has("Content-Range"));
    }
}

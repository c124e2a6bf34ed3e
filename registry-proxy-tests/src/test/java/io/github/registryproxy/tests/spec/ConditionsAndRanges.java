package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** RFC 9110 on what is pulled. */
@Section("Beyond the specification: HTTP")
interface ConditionsAndRanges extends UnderTest {
    /** Fields that HEAD has as GET has them. */
    List<String> AGREED = List.of("Content-Length", "Content-Type", "Docker-Content-Digest", "ETag", "Accept-Ranges");

    @Test
    default void HEAD_agrees_with_GET() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        Content blob = repository.blob();
        String nowhere = Content.random(10).digest();
        for (String target : List.of(
                "manifests/1",
                "manifests/" + image.digest(),
                "blobs/" + blob.digest(),
                "manifests/2",
                "manifests/.a",
                "manifests/" + nowhere,
                "blobs/" + nowhere,
                "blobs/sha256:abc",
                "nothing")) {
            Answer get = repository.get(target);
            Answer head = repository.head(target);
            assertEquals(get.status(), head.status(), head::toString);
            if (get.status() == 200) {
                for (String field : AGREED) {
                    assertEquals(get.header(field), head.header(field), target + ": " + field);
                }
            }
        }
    }

    @Test
    default void a_blob_comes_in_any_range_of_it() throws Exception {
        Repository repository = repository();
        Content blob = repository.push(Content.random(1000));
        part(repository, blob, "bytes=0-0", 0, 0);
        part(repository, blob, "bytes=0-499", 0, 499);
        part(repository, blob, "bytes=500-", 500, 999);
        part(repository, blob, "bytes=999-999", 999, 999);
        part(repository, blob, "bytes=990-5000", 990, 999);
        part(repository, blob, "bytes=-10", 990, 999);
        part(repository, blob, "bytes=-5000", 0, 999);
    }

    @Test
    default void a_range_that_is_not_in_the_blob_is_416_with_its_size() throws Exception {
        Repository repository = repository();
        Content blob = repository.push(Content.random(1000));
        for (String range : List.of("bytes=1000-", "bytes=1000-1001")) {
            Answer answer =
                    repository.get("blobs/" + blob.digest(), "Range", range).is(416);
            assertEquals("bytes */1000", answer.has("Content-Range"));
        }
    }

    @Test
    default void a_range_that_is_none_or_of_another_unit_is_the_whole_blob() throws Exception {
        Repository repository = repository();
        Content blob = repository.push(Content.random(1000));
        for (String range : List.of("bytes=b-a", "bytes=9-1", "lines=1-2", "bytes", "0-10")) {
            Answer answer =
                    repository.get("blobs/" + blob.digest(), "Range", range).is(200);
            assertArrayEquals(blob.bytes(), answer.body());
        }
    }

    @Test
    default void a_range_counts_only_for_the_blob_it_was_meant_for() throws Exception {
        Repository repository = repository();
        Content blob = repository.push(Content.random(1000));
        String etag = repository.head("blobs/" + blob.digest()).is(200).has("ETag");
        String target = "blobs/" + blob.digest();
        assertEquals(
                10,
                repository
                        .get(target, "Range", "bytes=0-9", "If-Range", etag)
                        .is(206)
                        .body()
                        .length);
        assertEquals(
                1000,
                repository
                        .get(target, "Range", "bytes=0-9", "If-Range", "\"other\"")
                        .is(200)
                        .body()
                        .length);
    }

    @Test
    default void a_range_of_a_manifest_is_that_part_or_the_whole() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        Answer answer = repository.get("manifests/1", "Range", "bytes=0-9");
        boolean whole = answer.status() == 200;
        assertArrayEquals(
                whole ? image.bytes() : Arrays.copyOf(image.bytes(), 10),
                answer.is(whole ? 200 : 206).body());
    }

    @Test
    default void what_a_client_has_is_304_without_a_body() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        Content blob = repository.blob();
        for (String target : List.of("manifests/1", "manifests/" + image.digest(), "blobs/" + blob.digest())) {
            String etag = repository.get(target).is(200).has("ETag");
            for (String condition : List.of(etag, "\"other\", " + etag, "W/" + etag, "*")) {
                Answer answer =
                        repository.get(target, "If-None-Match", condition).is(304);
                assertEquals(0, answer.body().length);
                assertEquals(Optional.of(etag), answer.header("ETag"));
                repository.head(target, "If-None-Match", condition).is(304);
            }
            repository.get(target, "If-None-Match", "\"other\"").is(200);
        }
    }

    @Test
    default void a_moved_tag_is_not_what_a_client_has() throws Exception {
        Repository repository = repository();
        repository.tagged("1");
        String etag = repository.get("manifests/1").is(200).has("ETag");
        Content after = repository.tagged("1");
        Answer answer = repository.get("manifests/1", "If-None-Match", etag).is(200);
        assertArrayEquals(after.bytes(), answer.body());
    }

    private static void part(Repository repository, Content blob, String range, int first, int last) throws Exception {
        Answer answer = repository.get("blobs/" + blob.digest(), "Range", range).is(206);
        assertArrayEquals(Arrays.copyOfRange(blob.bytes(), first, last + 1), answer.body(), range);
        assertEquals("bytes %d-%d/%d".formatted(first, last, blob.bytes().length), answer.has("Content-Range"));
    }
}

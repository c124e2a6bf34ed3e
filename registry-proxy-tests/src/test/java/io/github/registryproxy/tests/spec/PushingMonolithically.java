package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** "POST then PUT" (end-4a, end-6) and "Single POST" (end-4b). */
@Section("Pushing a blob monolithically")
interface PushingMonolithically extends UnderTest {
    Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    @Test
    default void an_upload_begins_with_202_and_a_location() throws Exception {
        repository().post("", new byte[0]).is(202).location();
    }

    @Test
    default void the_location_of_an_upload_has_a_UUID_of_its_own() throws Exception {
        Repository repository = repository();
        URI one = repository.start();
        URI other = repository.start();
        assertTrue(UUID.matcher(one.toString()).find(), one::toString);
        assertNotEquals(one, other);
    }

    @Test
    default void a_blob_put_to_the_location_is_201_with_a_location_it_is_pulled_from() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(1000);
        Answer pushed = repository
                .finish(repository.start(), blob.digest(), blob.bytes())
                .is(201);
        assertArrayEquals(
                blob.bytes(), repository.get(pushed.location()).is(200).body());
        assertArrayEquals(
                blob.bytes(), repository.get("blobs/" + blob.digest()).is(200).body());
        assertEquals(blob.digest(), pushed.header("Docker-Content-Digest").orElse(blob.digest()));
    }

    @Test
    default void a_blob_of_no_bytes_is_a_blob() throws Exception {
        Repository repository = repository();
        Content none = Content.of(Content.BYTES, "");
        repository.finish(repository.start(), none.digest()).is(201);
        assertEquals(0, repository.get("blobs/" + none.digest()).is(200).body().length);
        assertEquals("0", repository.head("blobs/" + none.digest()).is(200).has("Content-Length"));
    }

    @Test
    default void a_blob_whose_bytes_do_not_match_its_digest_is_refused_with_DIGEST_INVALID() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(1000);
        Content other = Content.random(1000);
        repository.finish(repository.start(), blob.digest(), other.bytes()).is(400, "DIGEST_INVALID");
        repository.head("blobs/" + blob.digest()).is(404);
        repository.head("blobs/" + other.digest()).is(404);
    }

    @Test
    default void an_upload_that_ends_without_a_usable_digest_is_refused() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(10);
        for (String digest : new String[] {"", "sha256:abc", "latest", "md5:" + "a".repeat(32)}) {
            repository.finish(repository.start(), digest, blob.bytes()).is(400);
        }
        Answer none = client().send("PUT", repository.start(), blob.bytes()).isRefused();
        assertEquals(400, none.status());
        repository.head("blobs/" + blob.digest()).is(404);
    }

    @Test
    default void a_blob_that_is_there_can_be_pushed_again() throws Exception {
        Repository repository = repository();
        Content blob = repository.blob();
        repository.push(blob);
        assertArrayEquals(
                blob.bytes(), repository.get("blobs/" + blob.digest()).is(200).body());
    }

    @Test
    default void a_blob_of_unknown_length_is_put_in_chunks_of_the_transfer() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(300_000);
        URI location = repository.start();
        URI finish = URI.create(location + (location.getRawQuery() == null ? "?" : "&") + "digest=" + blob.digest());
        var stream = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(blob.bytes()));
        client().send("PUT", finish, stream, "Content-Type", Content.BYTES).is(201);
        assertArrayEquals(
                blob.bytes(), repository.get("blobs/" + blob.digest()).is(200).body());
    }

    @Test
    default void a_single_post_is_201_with_a_location_or_202_with_an_upload() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(1000);
        Answer answer = repository.post("?digest=" + blob.digest(), blob.bytes());
        if (answer.status() == 202) {
            repository.finish(answer.location(), blob.digest(), blob.bytes()).is(201);
        } else {
            assertArrayEquals(
                    blob.bytes(),
                    repository.get(answer.is(201).location()).is(200).body());
        }
        assertArrayEquals(
                blob.bytes(), repository.get("blobs/" + blob.digest()).is(200).body());
    }

    @Test
    default void a_single_post_whose_bytes_do_not_match_its_digest_stores_nothing() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(1000);
        Content other = Content.random(1000);
        Answer answer = repository.post("?digest=" + blob.digest(), other.bytes());
        if (answer.status() != 202) {
            answer.is(400, "DIGEST_INVALID");
        }
        repository.head("blobs/" + blob.digest()).is(404);
        repository.head("blobs/" + other.digest()).is(404);
    }
}

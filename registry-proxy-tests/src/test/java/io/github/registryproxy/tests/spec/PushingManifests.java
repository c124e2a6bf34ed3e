package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import io.github.registryproxy.testing.Reply;
import io.github.registryproxy.tests.SocketClient;
import java.util.List;
import org.junit.jupiter.api.Test;

/** end-7. */
@Section("Pushing Manifests")
interface PushingManifests extends UnderTest {
    /** What a registry should expect to be pushed. */
    int FOUR_MEBIBYTES = 4 * 1024 * 1024;

    /** More than any registry is expected to take. */
    int NINE_MEBIBYTES = 9 * 1024 * 1024;

    @Test
    default void a_manifest_put_at_a_tag_is_201_with_a_location_it_is_pulled_from() throws Exception {
        Repository repository = repository();
        Content image = repository.image();
        Answer pushed = repository.putManifest("1", image).is(201);
        assertArrayEquals(
                image.bytes(), repository.get(pushed.location()).is(200).body());
    }

    @Test
    default void a_manifest_put_at_its_digest_is_201_with_a_location_it_is_pulled_from() throws Exception {
        Repository repository = repository();
        Content image = repository.image();
        Answer pushed = repository.putManifest(image.digest(), image).is(201);
        assertArrayEquals(
                image.bytes(), repository.get(pushed.location()).is(200).body());
        assertEquals(List.of(), repository.tags());
    }

    @Test
    default void a_pushed_manifest_s_digest_is_the_one_the_client_gave() throws Exception {
        Repository repository = repository();
        Content image = repository.image();
        assertEquals(
                image.digest(),
                repository.putManifest(image.digest(), image).is(201).has("Docker-Content-Digest"));
        assertEquals(image.digest(), repository.putManifest("1", image).is(201).has("Docker-Content-Digest"));
    }

    @Test
    default void a_manifest_that_does_not_match_its_digest_is_refused_with_DIGEST_INVALID() throws Exception {
        Repository repository = repository();
        Content image = repository.image();
        Content other = repository.image();
        repository.putManifest(other.digest(), image).is(400, "DIGEST_INVALID");
        repository.head("manifests/" + image.digest()).is(404);
        repository.head("manifests/" + other.digest()).is(404);
    }

    @Test
    default void a_manifest_is_kept_byte_by_byte() throws Exception {
        Repository repository = repository();
        Content image = repository.image();
        List<String> writings = List.of(
                image.text(),
                image.text().replaceAll("\\s", ""),
                "\n\n" + image.text() + " \t\r\n",
                image.text().replace("\"schemaVersion\":2", "\"schemaVersion\":2,\"x\":\"\\u00e4\\/ä\",\"n\":1.0e+00"));
        for (String writing : writings) {
            Content manifest = Content.of(Manifests.IMAGE, writing);
            repository.tagged("1", manifest);
            assertArrayEquals(
                    manifest.bytes(), repository.get("manifests/1").is(200).body());
        }
    }

    @Test
    default void parameters_of_the_type_of_a_pushed_manifest_are_ignored() throws Exception {
        Repository repository = repository();
        Content image = repository.image();
        repository.tagged("1", image.typed(Manifests.IMAGE + "; charset=utf-8"));
        Answer answer = repository.get("manifests/1").is(200);
        assertEquals(Manifests.IMAGE, answer.has("Content-Type"));
        assertArrayEquals(image.bytes(), answer.body());
    }

    @Test
    default void a_manifest_without_mediaType_has_the_type_it_is_pushed_with() throws Exception {
        Repository repository = repository();
        for (Content typed : List.of(repository.image(), Manifests.index(List.of()))) {
            Content manifest = Content.of(typed.type(), typed.text().replaceFirst("\"mediaType\": \"[^\"]*\",", ""));
            assertNotEquals(typed.digest(), manifest.digest());
            repository.tagged("1", manifest);
            Answer answer = repository.get("manifests/1").is(200);
            assertEquals(manifest.type(), answer.has("Content-Type"));
            assertArrayEquals(manifest.bytes(), answer.body());
        }
    }

    @Test
    default void a_manifest_may_name_no_blobs() throws Exception {
        Repository repository = repository();
        repository.tagged("1", Manifests.index(List.of()));
        assertEquals(List.of(), repository.get("manifests/1").is(200).strings("manifests"));
    }

    @Test
    default void a_tag_moves_and_the_manifest_it_left_stays() throws Exception {
        Repository repository = repository();
        Content before = repository.tagged("1");
        Content after = repository.tagged("1");
        assertArrayEquals(after.bytes(), repository.get("manifests/1").is(200).body());
        assertArrayEquals(
                before.bytes(),
                repository.get("manifests/" + before.digest()).is(200).body());
        assertEquals(List.of("1"), repository.tags());
    }

    @Test
    default void a_manifest_that_is_no_JSON_is_refused_with_MANIFEST_INVALID() throws Exception {
        Repository repository = repository();
        repository.tagged("1");
        for (String text : List.of("", "{", "[]", "null", "\"text\"", "{\"schemaVersion\":2,}", "<html></html>")) {
            repository.putManifest("2", Content.of(Manifests.IMAGE, text)).is(400, "MANIFEST_INVALID");
        }
        assertEquals(List.of("1"), repository.tags());
    }

    @Test
    default void a_repository_that_does_not_exist_is_404() throws Exception {
        repository().get("manifests/1").is(404);
        repository().get("blobs/" + Content.random(10).digest()).is(404);
        repository().get("tags/list").is(404);
    }

    @Test
    default void a_manifest_of_4_MiB_is_accepted() throws Exception {
        Repository repository = repository();
        Content manifest = ofLength(repository, FOUR_MEBIBYTES);
        repository.tagged("1", manifest);
        assertArrayEquals(
                manifest.bytes(), repository.get("manifests/1").is(200).body());
    }

    /** By a socket, since a registry may answer, and close, before it has read all that it will not take. */
    @Test
    default void a_manifest_over_the_limit_is_413() throws Exception {
        Repository repository = repository();
        Content manifest = ofLength(repository, NINE_MEBIBYTES);
        try (SocketClient socket = new SocketClient(client().base(), () -> {})) {
            String target = repository.uri("manifests/1").getRawPath();
            Headers headers = Headers.of("Content-Type", manifest.type());
            Reply reply = socket.send("PUT", target, headers, Body.of(manifest.bytes()));
            assertEquals(413, reply.status());
        }
        repository.head("manifests/1").is(404);
        repository.head("manifests/" + manifest.digest()).is(404);
    }

    private static Content ofLength(Repository repository, int length) throws Exception {
        Content image = repository.image();
        String text = image.text();
        String padding = " ".repeat(1000) + "\n";
        StringBuilder longer = new StringBuilder(text);
        while (longer.length() + padding.length() <= length) {
            longer.append(padding);
        }
        return Content.of(
                image.type(),
                longer.append(" ".repeat(length - longer.length())).toString());
    }
}

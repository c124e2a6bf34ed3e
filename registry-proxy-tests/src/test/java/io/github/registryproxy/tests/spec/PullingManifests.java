package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** end-3. */
@Section("Pulling manifests")
interface PullingManifests extends UnderTest {
    /** Inside the grammar of names, one for each of its rules. */
    List<String> NAMES = List.of("0", "a.b", "a_b", "a__b", "a-b", "a---b", "a/b.c/d__e/f--g");

    /** Outside it. */
    List<String> NO_NAMES = List.of("A", "a..b", "a___b", "_a", "-a", ".a", "a-", "a/-b", "a%20b", "a%2Fb", "%C3%A4");

    /** Neither tags nor digests. */
    List<String> NO_REFERENCES = List.of(
            ".a",
            "-a",
            "a%20b",
            "a+b",
            "%C3%A4",
            "a".repeat(129),
            "sha256:",
            "sha256:" + "a".repeat(63),
            "sha256:" + "g".repeat(64),
            "sha256:" + "a".repeat(128),
            "md5:" + "a".repeat(32));

    @Test
    default void a_manifest_is_pulled_by_its_digest() throws Exception {
        Repository repository = repository();
        Content image = repository.pushed(repository.image());
        Answer answer = repository.get("manifests/" + image.digest()).is(200);
        assertArrayEquals(image.bytes(), answer.body());
    }

    @Test
    default void a_manifest_is_pulled_by_its_tag() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        assertArrayEquals(image.bytes(), repository.get("manifests/1").is(200).body());
        assertArrayEquals(
                image.bytes(),
                repository.get("manifests/" + image.digest()).is(200).body());
    }

    @Test
    default void a_reference_that_is_neither_a_tag_nor_a_digest_is_refused() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        for (String reference : NO_REFERENCES) {
            repository.get("manifests/" + reference).isRefused();
            repository.putManifest(reference, image).isRefused();
        }
        assertEquals(List.of("1"), repository.tags());
    }

    @Test
    default void every_name_of_the_grammar_names_a_repository() throws Exception {
        for (String name : NAMES) {
            Repository repository = client().repository(repository().name() + "/" + name);
            Content image = repository.tagged("1");
            assertArrayEquals(
                    image.bytes(), repository.get("manifests/1").is(200).body(), name);
        }
    }

    @Test
    default void a_name_outside_the_grammar_is_refused() throws Exception {
        for (String name : NO_NAMES) {
            client().get("/v2/spec/" + name + "/manifests/1").isRefused();
            client().get("/v2/spec/" + name + "/tags/list").isRefused();
        }
    }

    @Test
    default void every_tag_of_the_grammar_is_one_up_to_128_characters() throws Exception {
        Repository repository = repository();
        Content image = repository.image();
        for (String tag : List.of("_", "a", "Z", "0", "a.b", "a-_.", "_x", "v1.0.0-rc.1_b", "a".repeat(128))) {
            repository.putManifest(tag, image).is(201);
            assertArrayEquals(
                    image.bytes(), repository.get("manifests/" + tag).is(200).body(), tag);
        }
    }

    @Test
    default void a_manifest_has_the_type_it_was_pushed_with() throws Exception {
        Repository repository = repository();
        repository.tagged("image");
        Content image = repository.pushed(repository.image());
        repository.tagged("index", Manifests.index(List.of(image.descriptor())));
        assertEquals(Manifests.IMAGE, repository.get("manifests/image").is(200).has("Content-Type"));
        assertEquals(Manifests.INDEX, repository.get("manifests/index").is(200).has("Content-Type"));
    }

    @Test
    default void a_manifest_comes_as_it_was_pushed_whatever_is_accepted() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        for (String accepted : List.of("*/*", Manifests.IMAGE, Manifests.INDEX, Manifests.DOCKER_IMAGE, "text/html")) {
            Answer answer = repository.get("manifests/1", "Accept", accepted).is(200);
            assertArrayEquals(image.bytes(), answer.body());
            assertEquals(Manifests.IMAGE, answer.has("Content-Type"));
        }
    }

    @Test
    default void a_pulled_manifest_says_its_digest() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        assertEquals(image.digest(), repository.get("manifests/1").is(200).has("Docker-Content-Digest"));
        assertEquals(
                image.digest(),
                repository.get("manifests/" + image.digest()).is(200).has("Docker-Content-Digest"));
    }

    @Test
    default void a_manifest_that_is_not_there_is_404() throws Exception {
        Repository repository = repository();
        repository.tagged("1");
        repository.get("manifests/2").is(404, "MANIFEST_UNKNOWN");
        repository.get("manifests/" + Content.random(10).digest()).is(404, "MANIFEST_UNKNOWN");
    }

    @Test
    default void a_manifest_of_another_repository_is_not_there() throws Exception {
        Repository repository = repository();
        repository.tagged("1");
        Content elsewhere = repository().tagged("2");
        repository.get("manifests/2").is(404);
        repository.get("manifests/" + elsewhere.digest()).is(404);
    }

    @Test
    default void a_blob_is_no_manifest_and_a_manifest_no_blob() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        Content blob = repository.blob();
        repository.get("manifests/" + blob.digest()).is(404);
        repository.head("manifests/" + blob.digest()).is(404);
        assertEquals(
                repository.get("blobs/" + image.digest()).status(),
                repository.head("blobs/" + image.digest()).status());
    }
}

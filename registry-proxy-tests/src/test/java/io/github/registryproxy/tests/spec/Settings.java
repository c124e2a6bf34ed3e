package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the specification leaves to a registry, one registry for each setting. */
@Section("Settings of a registry")
interface Settings {
    int SMALLEST_CHUNK = 64;
    int QUOTA = 10_000;

    /** A client of the registry that is set to this. */
    RegistryClient client(Setting setting);

    @Test
    default void deleting_that_is_disabled_is_400_or_405_and_deletes_nothing() throws Exception {
        Repository repository = client(Setting.NO_DELETES).repository();
        Content image = repository.tagged("1");
        Content blob = repository.blob();
        List<String> targets = List.of("manifests/1", "manifests/" + image.digest(), "blobs/" + blob.digest());
        for (String target : targets) {
            Answer answer = repository.delete(target);
            assertTrue(answer.status() == 400 || answer.status() == 405, answer::toString);
            assertTrue(answer.codes().contains("UNSUPPORTED"), answer::toString);
        }
        for (String target : targets) {
            repository.get(target).is(200);
        }
    }

    @Test
    default void an_upload_is_cancelled_where_deleting_is_disabled() throws Exception {
        Repository repository = client(Setting.NO_DELETES).repository();
        URI location = repository.start();
        repository.delete(location).is(204);
        repository.get(location).is(404);
    }

    @Test
    default void a_sparse_index_is_accepted_where_it_may_be_and_an_image_without_blobs_is_not() throws Exception {
        Repository repository = client(Setting.SPARSE_INDEXES).repository();
        Content here = repository.pushed(repository.image());
        Content elsewhere = Content.random(10).typed(Manifests.IMAGE);
        Content index = repository.tagged("1", Manifests.index(List.of(here.descriptor(), elsewhere.descriptor())));
        assertArrayEquals(index.bytes(), repository.get("manifests/1").is(200).body());
        repository.get("manifests/" + elsewhere.digest()).is(404, "MANIFEST_UNKNOWN");
        Content image =
                Manifests.image(Content.random(10).typed(Manifests.CONFIG).descriptor(), List.of());
        assertTrue(repository.putManifest("2", image).isRefused().codes().contains("MANIFEST_BLOB_UNKNOWN"));
    }

    @Test
    default void an_image_without_its_blobs_is_accepted_where_it_may_be() throws Exception {
        Repository repository = client(Setting.MISSING_CONTENT).repository();
        Content layer = Content.random(10);
        Content image = repository.tagged(
                "1",
                Manifests.image(
                        Content.random(10).typed(Manifests.CONFIG).descriptor(),
                        List.of(layer.typed(Manifests.LAYER).descriptor())));
        assertArrayEquals(image.bytes(), repository.get("manifests/1").is(200).body());
        repository.get("blobs/" + layer.digest()).is(404, "BLOB_UNKNOWN");
        repository.push(layer);
        repository.get("blobs/" + layer.digest()).is(200);
    }

    @Test
    default void the_smallest_chunk_is_said_when_an_upload_begins() throws Exception {
        Repository repository = client(Setting.SMALLEST_CHUNK).repository();
        Answer answer = repository.post("", new byte[0]).is(202);
        assertEquals(Integer.toString(SMALLEST_CHUNK), answer.has("OCI-Chunk-Min-Length"));
    }

    @Test
    default void chunks_of_the_smallest_length_and_a_shorter_last_one_are_accepted() throws Exception {
        Repository repository = client(Setting.SMALLEST_CHUNK).repository();
        Content blob = Content.random(2 * SMALLEST_CHUNK + 1);
        URI location = repository.start();
        for (int first = 0; first < blob.bytes().length; first += SMALLEST_CHUNK) {
            int end = Math.min(first + SMALLEST_CHUNK, blob.bytes().length);
            location = repository
                    .chunk(location, first, Arrays.copyOfRange(blob.bytes(), first, end))
                    .is(202)
                    .location();
        }
        repository.finish(location, blob.digest()).is(201);
        Content small = Content.random(1);
        repository.finish(repository.start(), small.digest(), small.bytes()).is(201);
        Content last = Content.random(SMALLEST_CHUNK + 1);
        location = repository
                .chunk(repository.start(), 0, Arrays.copyOf(last.bytes(), SMALLEST_CHUNK))
                .is(202)
                .location();
        repository
                .finish(location, last.digest(), Arrays.copyOfRange(last.bytes(), SMALLEST_CHUNK, SMALLEST_CHUNK + 1))
                .is(201);
    }

    @Test
    default void an_immutable_tag_neither_moves_nor_goes_DENIED() throws Exception {
        Repository repository = client(Setting.IMMUTABLE_VERSIONS).repository();
        Content image = repository.tagged("v1");
        repository.putManifest("v1", repository.image()).is(403, "DENIED");
        repository.delete("manifests/v1").is(403, "DENIED");
        repository.delete("manifests/" + image.digest()).is(403, "DENIED");
        repository.putManifest(image.digest() + "?tag=v1", image).is(201);
        Content other = repository.image();
        repository.putManifest(other.digest() + "?tag=w&tag=v1", other).is(403, "DENIED");
        repository.head("manifests/w").is(404);
        repository.tagged("v1", image);
        assertArrayEquals(image.bytes(), repository.get("manifests/v1").is(200).body());
        repository.tagged("latest");
        Content latest = repository.tagged("latest");
        assertArrayEquals(
                latest.bytes(), repository.get("manifests/latest").is(200).body());
    }

    @Test
    default void a_push_over_the_quota_is_DENIED_and_not_there() throws Exception {
        Repository repository = client(Setting.QUOTA).repository();
        Content kept = repository.push(Content.random(QUOTA / 2));
        Content over = Content.random(QUOTA);
        repository.finish(repository.start(), over.digest(), over.bytes()).is(403, "DENIED");
        Answer chunk = repository.chunk(repository.start(), 0, over.bytes());
        if (chunk.status() == 202) {
            chunk = repository.finish(chunk.location(), over.digest());
        }
        chunk.is(403, "DENIED");
        repository.head("blobs/" + over.digest()).is(404);
        repository.get("blobs/" + kept.digest()).is(200);
        // What was refused takes no room, and other repositories have their own.
        repository.push(Content.random(QUOTA / 4));
        client(Setting.QUOTA).repository().push(Content.random(QUOTA / 2));
    }
}

package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The other registered algorithm of digests, wherever one can be given. */
@Section("Beyond the specification: sha512")
interface Sha512 extends UnderTest {
    @Test
    default void a_blob_is_pushed_and_pulled_by_sha512() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(1000);
        Answer pushed = repository
                .finish(repository.start(), blob.sha512(), blob.bytes())
                .is(201);
        assertArrayEquals(
                blob.bytes(), repository.get(pushed.location()).is(200).body());
        Answer answer = repository.get("blobs/" + blob.sha512()).is(200);
        assertArrayEquals(blob.bytes(), answer.body());
        assertEquals(blob.sha512(), answer.has("Docker-Content-Digest"));
        assertEquals("1000", repository.head("blobs/" + blob.sha512()).is(200).has("Content-Length"));
    }

    @Test
    default void a_blob_is_pushed_in_chunks_by_sha512() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(20);
        URI location = repository
                .chunk(repository.start(), 0, Arrays.copyOf(blob.bytes(), 10))
                .is(202)
                .location();
        location = repository
                .chunk(location, 10, Arrays.copyOfRange(blob.bytes(), 10, 20))
                .is(202)
                .location();
        repository.finish(location, blob.sha512()).is(201);
        assertArrayEquals(
                blob.bytes(), repository.get("blobs/" + blob.sha512()).is(200).body());
    }

    @Test
    default void bytes_that_do_not_match_their_sha512_are_refused() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(1000);
        repository.finish(repository.start(), blob.sha512(), new byte[1000]).is(400, "DIGEST_INVALID");
        repository.head("blobs/" + blob.sha512()).is(404);
    }

    @Test
    default void a_blob_is_mounted_and_deleted_by_sha512() throws Exception {
        Repository source = repository();
        Repository target = repository();
        Content blob = Content.random(1000);
        source.finish(source.start(), blob.sha512(), blob.bytes()).is(201);
        target.post("?mount=" + blob.sha512() + "&from=" + source.name(), new byte[0])
                .is(201);
        assertArrayEquals(
                blob.bytes(), target.get("blobs/" + blob.sha512()).is(200).body());
        target.delete("blobs/" + blob.sha512()).is(202);
        target.get("blobs/" + blob.sha512()).is(404);
    }

    @Test
    default void a_manifest_is_pushed_pulled_and_deleted_by_sha512() throws Exception {
        Repository repository = repository();
        Content image = repository.image();
        Answer pushed = repository.putManifest(image.sha512(), image).is(201);
        assertEquals(image.sha512(), pushed.has("Docker-Content-Digest"));
        assertArrayEquals(
                image.bytes(), repository.get(pushed.location()).is(200).body());
        Answer answer = repository.get("manifests/" + image.sha512()).is(200);
        assertArrayEquals(image.bytes(), answer.body());
        assertEquals(image.sha512(), answer.has("Docker-Content-Digest"));
        repository.delete("manifests/" + image.sha512()).is(202);
        repository.get("manifests/" + image.sha512()).is(404);
    }

    @Test
    default void a_manifest_that_does_not_match_its_sha512_is_refused() throws Exception {
        Repository repository = repository();
        Content image = repository.image();
        Content other = repository.image();
        repository.putManifest(other.sha512(), image).is(400, "DIGEST_INVALID");
        repository.head("manifests/" + image.sha512()).is(404);
    }

    @Test
    default void an_image_and_an_index_name_what_they_have_by_sha512() throws Exception {
        Repository repository = repository();
        Content config = Content.random(100).typed(Manifests.CONFIG);
        Content layer = Content.random(100).typed(Manifests.LAYER);
        for (Content blob : List.of(config, layer)) {
            repository.finish(repository.start(), blob.sha512(), blob.bytes()).is(201);
        }
        Content image =
                Manifests.image(config.descriptorBy(config.sha512()), List.of(layer.descriptorBy(layer.sha512())));
        repository.putManifest(image.sha512(), image).is(201);
        Content index = repository.tagged("1", Manifests.index(List.of(image.descriptorBy(image.sha512()))));
        assertArrayEquals(index.bytes(), repository.get("manifests/1").is(200).body());
    }

    @Test
    default void a_subject_named_by_sha512_has_referrers() throws Exception {
        Repository repository = repository();
        Content image = repository.image();
        repository.putManifest(image.sha512(), image).is(201);
        repository.push(Manifests.NOTHING);
        Content artifact = Manifests.artifact(
                "application/vnd.example.sbom.v1",
                Manifests.NOTHING,
                "\"subject\":" + image.descriptorBy(image.sha512()));
        assertEquals(
                image.sha512(),
                repository.putManifest(artifact.digest(), artifact).is(201).has("OCI-Subject"));
        assertEquals(
                Set.of(artifact.digest()),
                ListingReferrers.digests(
                        repository.get("referrers/" + image.sha512()).is(200)));
    }
}

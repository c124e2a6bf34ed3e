package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import org.junit.jupiter.api.Test;

/** end-11. */
@Section("Mounting a blob from another repository")
interface MountingBlobs extends UnderTest {
    @Test
    default void a_mounted_blob_is_201_with_a_location_it_is_pulled_from() throws Exception {
        Repository source = repository();
        Repository target = repository();
        Content blob = source.blob();
        Answer mounted = target.post("?mount=" + blob.digest() + "&from=" + source.name(), new byte[0])
                .is(201);
        assertArrayEquals(blob.bytes(), target.get(mounted.location()).is(200).body());
        assertArrayEquals(
                blob.bytes(), target.get("blobs/" + blob.digest()).is(200).body());
        assertEquals(blob.digest(), mounted.header("Docker-Content-Digest").orElse(blob.digest()));
    }

    @Test
    default void a_mounted_blob_makes_an_image_whole() throws Exception {
        Repository source = repository();
        Content image = source.tagged("1");
        Repository target = repository();
        for (String digest : new String[] {
            image.text().replaceAll("(?s).*\"config\" : \\{[^}]*\"digest\":\"([^\"]+)\".*", "$1"),
            image.text().replaceAll("(?s).*\"layers\" :\\[ \\{[^}]*\"digest\":\"([^\"]+)\".*", "$1")
        }) {
            target.post("?mount=" + digest + "&from=" + source.name(), new byte[0])
                    .is(201);
        }
        target.tagged("1", image);
        assertArrayEquals(image.bytes(), target.get("manifests/1").is(200).body());
    }

    @Test
    default void a_mounted_blob_outlives_its_source() throws Exception {
        Repository source = repository();
        Repository target = repository();
        Content blob = source.blob();
        target.post("?mount=" + blob.digest() + "&from=" + source.name(), new byte[0])
                .is(201);
        source.delete("blobs/" + blob.digest()).is(202);
        source.head("blobs/" + blob.digest()).is(404);
        assertArrayEquals(
                blob.bytes(), target.get("blobs/" + blob.digest()).is(200).body());
    }

    @Test
    default void a_blob_that_cannot_be_mounted_begins_an_upload() throws Exception {
        Repository source = repository();
        source.blob();
        Repository target = repository();
        Content blob = Content.random(10);
        uploads(target, target.post("?mount=" + blob.digest() + "&from=" + source.name(), new byte[0]), blob);
    }

    @Test
    default void a_mount_from_a_repository_that_does_not_exist_begins_an_upload() throws Exception {
        Repository target = repository();
        Content blob = Content.random(10);
        uploads(
                target,
                target.post("?mount=" + blob.digest() + "&from=" + repository().name(), new byte[0]),
                blob);
    }

    @Test
    default void a_mount_that_does_not_say_from_where_is_done_or_begins_an_upload() throws Exception {
        Repository target = repository();
        Content blob = repository().blob();
        Answer answer = target.post("?mount=" + blob.digest(), new byte[0]);
        if (answer.status() == 201) {
            assertArrayEquals(
                    blob.bytes(), target.get(answer.location()).is(200).body());
        } else {
            uploads(target, answer, blob);
        }
    }

    @Test
    default void a_mount_of_a_malformed_digest_is_refused() throws Exception {
        Repository source = repository();
        source.blob();
        repository()
                .post("?mount=sha256:abc&from=" + source.name(), new byte[0])
                .is(400, "DIGEST_INVALID");
    }

    private static void uploads(Repository target, Answer answer, Content blob) throws Exception {
        URI location = answer.is(202).location();
        target.head("blobs/" + blob.digest()).is(404);
        target.finish(location, blob.digest(), blob.bytes()).is(201);
        target.head("blobs/" + blob.digest()).is(200);
    }
}

package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** end-9 and end-10: "Deleting tags", "Deleting Manifests", "Deleting Blobs"; {@code Settings} has what cannot be deleted. */
@Section("Content Management")
interface DeletingContent extends UnderTest {
    @Test
    default void a_deleted_tag_is_202_and_then_404() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        repository.tagged("2", image);
        repository.delete("manifests/1").is(202);
        repository.get("manifests/1").is(404, "MANIFEST_UNKNOWN");
        repository.head("manifests/1").is(404);
        assertEquals(List.of("2"), repository.tags());
    }

    @Test
    default void a_manifest_outlives_its_tags() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        repository.delete("manifests/1").is(202);
        assertArrayEquals(
                image.bytes(),
                repository.get("manifests/" + image.digest()).is(200).body());
        assertEquals(List.of(), repository.tags());
    }

    @Test
    default void a_deleted_manifest_is_202_and_then_404_by_its_digest_and_by_every_tag() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        repository.tagged("2", image);
        Content other = repository.tagged("3");
        repository.delete("manifests/" + image.digest()).is(202);
        for (String reference : List.of(image.digest(), "1", "2")) {
            repository.get("manifests/" + reference).is(404, "MANIFEST_UNKNOWN");
            repository.head("manifests/" + reference).is(404);
        }
        assertEquals(List.of("3"), repository.tags());
        assertArrayEquals(other.bytes(), repository.get("manifests/3").is(200).body());
    }

    @Test
    default void a_deleted_manifest_can_be_pushed_again() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        repository.delete("manifests/" + image.digest()).is(202);
        repository.tagged("1", image);
        assertArrayEquals(image.bytes(), repository.get("manifests/1").is(200).body());
    }

    @Test
    default void a_manifest_deleted_here_stays_elsewhere() throws Exception {
        Repository repository = repository();
        Content index = repository.tagged("1", Manifests.index(List.of()));
        Repository elsewhere = repository();
        elsewhere.tagged("1", index);
        repository.delete("manifests/" + index.digest()).is(202);
        assertArrayEquals(index.bytes(), elsewhere.get("manifests/1").is(200).body());
    }

    @Test
    default void deleting_a_manifest_or_a_tag_that_is_not_there_is_404() throws Exception {
        Repository repository = repository();
        repository.tagged("1");
        repository.delete("manifests/2").is(404, "MANIFEST_UNKNOWN");
        repository.delete("manifests/" + Content.random(10).digest()).is(404, "MANIFEST_UNKNOWN");
    }

    @Test
    default void deleting_in_a_repository_that_does_not_exist_is_404() throws Exception {
        String nowhere = Content.random(10).digest();
        repository().delete("manifests/1").is(404);
        repository().delete("manifests/" + nowhere).is(404);
        repository().delete("blobs/" + nowhere).is(404);
    }

    @Test
    default void a_deleted_blob_is_202_and_then_404() throws Exception {
        Repository repository = repository();
        repository.tagged("1");
        Content blob = repository.blob();
        repository.delete("blobs/" + blob.digest()).is(202);
        repository.get("blobs/" + blob.digest()).is(404, "BLOB_UNKNOWN");
        repository.head("blobs/" + blob.digest()).is(404);
        repository.delete("blobs/" + blob.digest()).is(404, "BLOB_UNKNOWN");
    }

    @Test
    default void deleting_a_blob_that_is_not_there_is_404() throws Exception {
        Repository repository = repository();
        repository.blob();
        repository.delete("blobs/" + Content.random(10).digest()).is(404, "BLOB_UNKNOWN");
    }

    @Test
    default void a_blob_deleted_here_stays_elsewhere_and_can_be_pushed_again() throws Exception {
        Repository repository = repository();
        Content blob = repository.blob();
        Repository elsewhere = repository();
        elsewhere.push(blob);
        repository.delete("blobs/" + blob.digest()).is(202);
        assertArrayEquals(
                blob.bytes(), elsewhere.get("blobs/" + blob.digest()).is(200).body());
        repository.push(blob);
        assertArrayEquals(
                blob.bytes(), repository.get("blobs/" + blob.digest()).is(200).body());
    }

    @Test
    default void a_malformed_reference_is_not_deleted() throws Exception {
        Repository repository = repository();
        repository.tagged("1");
        repository.delete("manifests/sha256:abc").isRefused();
        repository.delete("manifests/.a").isRefused();
        repository.delete("blobs/1").isRefused();
    }
}

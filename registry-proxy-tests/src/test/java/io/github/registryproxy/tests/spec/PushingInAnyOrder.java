package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a manifest may name that is not there. */
@Section("Push")
interface PushingInAnyOrder extends UnderTest {
    @Test
    default void a_manifest_is_accepted_before_its_subject() throws Exception {
        Repository repository = repository();
        Content later = repository.image();
        Content artifact = repository.attached(later, "application/vnd.example.first");
        repository.pushed(later);
        assertArrayEquals(
                artifact.bytes(),
                repository.get("manifests/" + artifact.digest()).is(200).body());
    }

    @Test
    default void a_subject_may_stay_away_for_ever() throws Exception {
        Repository repository = repository();
        Content nowhere = Content.random(10).typed(Manifests.IMAGE);
        Content artifact = repository.attached(nowhere, "application/vnd.example.alone");
        repository.head("manifests/" + artifact.digest()).is(200);
        repository.head("manifests/" + nowhere.digest()).is(404);
    }

    @Test
    default void an_image_without_its_layer_is_refused_with_MANIFEST_BLOB_UNKNOWN() throws Exception {
        Repository repository = repository();
        String config = repository.blob().typed(Manifests.CONFIG).descriptor();
        String layer = Content.random(10).typed(Manifests.LAYER).descriptor();
        Content image = Manifests.image(config, List.of(layer));
        Answer answer = repository.putManifest("1", image).isRefused();
        answer.is(answer.status(), "MANIFEST_BLOB_UNKNOWN");
        repository.head("manifests/1").is(404);
        repository.head("manifests/" + image.digest()).is(404);
    }

    @Test
    default void an_image_without_its_config_is_refused_with_MANIFEST_BLOB_UNKNOWN() throws Exception {
        Repository repository = repository();
        repository.blob();
        Content image =
                Manifests.image(Content.random(10).typed(Manifests.CONFIG).descriptor(), List.of());
        Answer answer = repository.putManifest(image.digest(), image).isRefused();
        answer.is(answer.status(), "MANIFEST_BLOB_UNKNOWN");
    }

    @Test
    default void an_index_without_one_of_its_images_is_refused_with_MANIFEST_BLOB_UNKNOWN() throws Exception {
        Repository repository = repository();
        Content here = repository.pushed(repository.image());
        Content index =
                Manifests.index(List.of(here.descriptor(), repository.image().descriptor()));
        Answer answer = repository.putManifest("1", index).isRefused();
        answer.is(answer.status(), "MANIFEST_BLOB_UNKNOWN");
        repository.head("manifests/1").is(404);
    }

    @Test
    default void a_blob_of_another_repository_does_not_make_an_image_whole() throws Exception {
        Repository repository = repository();
        Content config = repository.blob().typed(Manifests.CONFIG);
        Content elsewhere = repository().blob().typed(Manifests.LAYER);
        Content image = Manifests.image(config.descriptor(), List.of(elsewhere.descriptor()));
        Answer answer = repository.putManifest("1", image).isRefused();
        answer.is(answer.status(), "MANIFEST_BLOB_UNKNOWN");
    }
}

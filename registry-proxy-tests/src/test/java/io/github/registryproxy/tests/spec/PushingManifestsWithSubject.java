package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** end-7 and the list it adds to. */
@Section("Pushing Manifests with Subject")
interface PushingManifestsWithSubject extends UnderTest {
    @Test
    default void an_image_with_a_subject_is_answered_with_OCI_Subject() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        Content artifact = repository.image(Manifests.subject(image));
        assertEquals(
                image.digest(), repository.putManifest("2", artifact).is(201).has("OCI-Subject"));
        assertEquals(
                image.digest(),
                repository.putManifest(artifact.digest(), artifact).is(201).has("OCI-Subject"));
    }

    @Test
    default void an_index_with_a_subject_is_answered_with_OCI_Subject() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        Content index = Manifests.index(List.of(), Manifests.subject(image));
        assertEquals(
                image.digest(),
                repository.putManifest(index.digest(), index).is(201).has("OCI-Subject"));
    }

    @Test
    default void a_subject_that_is_not_there_is_answered_with_OCI_Subject_too() throws Exception {
        Repository repository = repository();
        Content nowhere = Content.random(10).typed(Manifests.IMAGE);
        Content artifact = repository.image(Manifests.subject(nowhere));
        assertEquals(
                nowhere.digest(), repository.putManifest("1", artifact).is(201).has("OCI-Subject"));
    }

    @Test
    default void a_manifest_without_a_subject_is_answered_without_OCI_Subject() throws Exception {
        Repository repository = repository();
        assertEquals(
                Optional.empty(),
                repository.putManifest("1", repository.image()).is(201).header("OCI-Subject"));
    }

    @Test
    default void a_manifest_whose_subject_is_none_is_refused_or_has_none() throws Exception {
        Repository repository = repository();
        Content image = repository.image("\"subject\":{\"digest\":\"latest\",\"size\":1,\"mediaType\":\"a/b\"}");
        Answer answer = repository.putManifest("1", image);
        assertTrue(answer.status() == 201 || answer.codes().contains("MANIFEST_INVALID"), answer::toString);
        assertEquals(Optional.empty(), answer.header("OCI-Subject"));
    }
}

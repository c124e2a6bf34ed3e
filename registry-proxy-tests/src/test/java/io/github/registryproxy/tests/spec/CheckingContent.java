package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** end-2 and end-3 by HEAD. */
@Section("Checking if content exists in the registry")
interface CheckingContent extends UnderTest {
    @Test
    default void the_head_of_a_manifest_is_200_with_its_digest_and_its_size() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        for (String reference : List.of("1", image.digest())) {
            Answer answer = repository.head("manifests/" + reference).is(200);
            assertEquals(image.digest(), answer.has("Docker-Content-Digest"));
            assertEquals(Integer.toString(image.bytes().length), answer.has("Content-Length"));
            assertEquals(Manifests.IMAGE, answer.has("Content-Type"));
        }
    }

    @Test
    default void the_head_of_a_blob_is_200_with_its_digest_and_its_size() throws Exception {
        Repository repository = repository();
        Content blob = repository.push(Content.random(54_321));
        Answer answer = repository.head("blobs/" + blob.digest()).is(200);
        assertEquals(blob.digest(), answer.has("Docker-Content-Digest"));
        assertEquals("54321", answer.has("Content-Length"));
    }

    @Test
    default void the_head_of_what_is_not_there_is_404() throws Exception {
        Repository repository = repository();
        repository.tagged("1");
        String nowhere = Content.random(10).digest();
        repository.head("manifests/2").is(404);
        repository.head("manifests/" + nowhere).is(404);
        repository.head("blobs/" + nowhere).is(404);
    }

    @Test
    default void the_head_of_anything_in_a_repository_that_does_not_exist_is_404() throws Exception {
        String nowhere = Content.random(10).digest();
        repository().head("manifests/1").is(404);
        repository().head("manifests/" + nowhere).is(404);
        repository().head("blobs/" + nowhere).is(404);
    }
}

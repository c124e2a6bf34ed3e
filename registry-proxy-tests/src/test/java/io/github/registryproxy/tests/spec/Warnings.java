package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link EveryAnswer} checks that a warning has code 299, no agent and no date, and that all are 4096 bytes at most. */
@Section("Warnings")
interface Warnings extends UnderTest {
    @Test
    default void where_nothing_is_wrong_nobody_is_warned() throws Exception {
        Repository repository = repository();
        Content image = repository.image();
        List<Answer> answers = List.of(
                client().get("/v2/"),
                repository.putManifest("1", image),
                repository.get("manifests/1"),
                repository.head("manifests/1"),
                repository.get("tags/list"),
                repository.get("referrers/" + image.digest()),
                repository.get("manifests/2"));
        for (Answer answer : answers) {
            assertEquals(List.of(), answer.headers().allValues("Warning"), answer::toString);
        }
    }
}

package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** end-7b of the version after 1.1.1. */
@Section("Beyond the specification: several tags at once")
interface SeveralTags extends UnderTest {
    @Test
    default void a_manifest_put_at_its_digest_gets_the_tags_of_the_query() throws Exception {
        Repository repository = repository();
        Content image = repository.image();
        Answer answer =
                repository.putManifest(image.digest() + "?tag=a&tag=b", image).is(201);
        assertEquals(Set.of("a", "b"), said(answer));
        assertEquals(image.digest(), answer.has("Docker-Content-Digest"));
        for (String tag : List.of("a", "b")) {
            assertArrayEquals(
                    image.bytes(), repository.get("manifests/" + tag).is(200).body());
        }
        assertEquals(List.of("a", "b"), repository.tags());
    }

    @Test
    default void ten_tags_are_not_too_many() throws Exception {
        Repository repository = repository();
        Content image = repository.image();
        List<String> tags = IntStream.range(0, 10).mapToObj(i -> "t" + i).toList();
        Answer answer = repository
                .putManifest(image.digest() + "?tag=" + String.join("&tag=", tags), image)
                .is(201);
        assertEquals(new HashSet<>(tags), said(answer));
        assertEquals(tags, repository.tags());
    }

    @Test
    default void a_tag_of_the_query_moves() throws Exception {
        Repository repository = repository();
        repository.tagged("a");
        Content image = repository.image();
        repository.putManifest(image.digest() + "?tag=a", image).is(201);
        assertArrayEquals(image.bytes(), repository.get("manifests/a").is(200).body());
    }

    @Test
    default void a_malformed_tag_of_the_query_refuses_all() throws Exception {
        Repository repository = repository();
        repository.blob();
        Content image = repository.image();
        repository.putManifest(image.digest() + "?tag=a&tag=.b", image).is(400);
        repository.head("manifests/a").is(404);
    }

    @Test
    default void no_tags_are_said_where_none_were_asked_for() throws Exception {
        Repository repository = repository();
        assertEquals(
                Optional.empty(),
                repository.putManifest("1", repository.image()).is(201).header("OCI-Tag"));
    }

    /** One field for each, or one for all. */
    private static Set<String> said(Answer answer) {
        List<String> tags = new ArrayList<>();
        for (String field : answer.headers().allValues("OCI-Tag")) {
            tags.addAll(List.of(field.split(",\\s*")));
        }
        return new HashSet<>(tags);
    }
}

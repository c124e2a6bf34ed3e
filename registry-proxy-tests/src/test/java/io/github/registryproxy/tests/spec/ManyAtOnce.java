package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** "Layer Upload De-duplication" of the use cases, and other races. */
@Section("Beyond the specification: many at once")
interface ManyAtOnce extends UnderTest {
    int MANY = 20;

    @Test
    default void one_blob_pushed_by_many_is_there_for_all() throws Exception {
        Repository repository = repository();
        Content blob = Content.random(200_000);
        List<Integer> statuses = atOnce(i -> repository
                .finish(repository.start(), blob.digest(), blob.bytes())
                .status());
        assertEquals(IntStream.range(0, MANY).mapToObj(i -> 201).toList(), statuses);
        assertArrayEquals(
                blob.bytes(), repository.get("blobs/" + blob.digest()).is(200).body());
    }

    @Test
    default void one_blob_pushed_to_many_repositories_is_in_each() throws Exception {
        Content blob = Content.random(200_000);
        List<Repository> repositories =
                IntStream.range(0, MANY).mapToObj(i -> repository()).toList();
        atOnce(i -> repositories.get(i).push(blob));
        for (Repository repository : repositories) {
            assertArrayEquals(
                    blob.bytes(),
                    repository.get("blobs/" + blob.digest()).is(200).body());
        }
    }

    @Test
    default void of_many_who_push_one_tag_one_wins_whole() throws Exception {
        Repository repository = repository();
        List<Content> images = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            images.add(repository.image());
        }
        List<Integer> statuses =
                atOnce(i -> repository.putManifest("1", images.get(i)).status());
        assertEquals(IntStream.range(0, MANY).mapToObj(i -> 201).toList(), statuses);
        Answer winner = repository.get("manifests/1").is(200);
        assertTrue(images.stream().anyMatch(image -> image.text().equals(winner.text())), winner::toString);
        assertEquals(
                winner.header("Docker-Content-Digest"),
                repository.head("manifests/1").header("Docker-Content-Digest"));
        for (Content image : images) {
            repository.head("manifests/" + image.digest()).is(200);
        }
        assertEquals(List.of("1"), repository.tags());
    }

    @Test
    default void many_tags_pushed_at_once_are_all_listed() throws Exception {
        Repository repository = repository();
        Content image = repository.image();
        atOnce(i -> repository.putManifest("t" + i, image).is(201));
        assertEquals(MANY, repository.tags().size());
    }

    @Test
    default void many_referrers_pushed_at_once_are_all_listed() throws Exception {
        Repository repository = repository();
        Content image = repository.tagged("1");
        atOnce(i -> repository.attached(image, "application/vnd.example.n" + i));
        Answer answer = repository.get("referrers/" + image.digest()).is(200);
        assertEquals(MANY, ListingReferrers.digests(answer).size());
    }

    @Test
    default void pulls_of_a_tag_that_moves_are_always_of_one_whole_manifest() throws Exception {
        Repository repository = repository();
        repository.tagged("1");
        // EveryAnswer compares the bytes with the digest that comes with them.
        atOnce(i -> i % 2 == 0
                ? repository.tagged("1")
                : repository.get("manifests/1").is(200));
    }

    /** One task. */
    @FunctionalInterface
    interface Task<T> {
        T run(int number) throws Exception;
    }

    /** Runs the task many times, all beginning together, and returns what they returned. */
    private static <T> List<T> atOnce(Task<T> task) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(MANY);
        try {
            CyclicBarrier start = new CyclicBarrier(MANY);
            List<Callable<T>> tasks = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                int number = i;
                tasks.add(() -> {
                    start.await(20, TimeUnit.SECONDS);
                    return task.run(number);
                });
            }
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(tasks)) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}

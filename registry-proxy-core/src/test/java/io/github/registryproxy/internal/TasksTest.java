package io.github.registryproxy.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TasksTest {
    private final List<Throwable> told = new ArrayList<>();

    @Test
    void whatever_a_task_throws_is_told() {
        Error error = new StackOverflowError("in a test");
        Tasks.start(
                Runnable::run,
                () -> {
                    throw error;
                },
                told::add);
        assertEquals(List.of(error), told);
    }

    @Test
    void a_task_that_no_thread_takes_is_told_as_one_that_failed() {
        for (Throwable why :
                List.of(new RejectedExecutionException("full"), new OutOfMemoryError("no native thread"))) {
            told.clear();
            Tasks.start(
                    work -> {
                        if (why instanceof Error error) {
                            throw error;
                        }
                        throw (RuntimeException) why;
                    },
                    () -> {},
                    told::add);
            assertSame(why, told.get(0));
        }
    }

    @Test
    void a_scheduled_task_goes_on_after_a_failure() throws InterruptedException {
        ScheduledExecutorService schedule = Executors.newSingleThreadScheduledExecutor(Tasks.daemons("test"));
        try {
            CountDownLatch thrice = new CountDownLatch(3);
            schedule.scheduleWithFixedDelay(
                    Tasks.guarded("test", () -> {
                        thrice.countDown();
                        throw new AssertionError("in a test");
                    }),
                    0,
                    1,
                    TimeUnit.MILLISECONDS);
            assertTrue(thrice.await(30, TimeUnit.SECONDS));
        } finally {
            schedule.shutdownNow();
        }
    }
}

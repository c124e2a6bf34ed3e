package io.github.registryproxy.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** In this JVM and for a moment: whether they run, not how fast. */
class BenchmarksTest {
    private static final Set<Class<?>> SUBJECTS = Set.of(
            ParseTarget.class,
            ParseNames.class,
            Render.class,
            UseHeaders.class,
            PassThrough.class,
            CacheHit.class,
            ServletHit.class);

    @Test
    void every_benchmark_runs() throws RunnerException {
        Options once = new OptionsBuilder()
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(10))
                .shouldFailOnError(true)
                .build();
        Set<String> run = new TreeSet<>();
        for (RunResult result : new Runner(once).run()) {
            String name = result.getParams().getBenchmark();
            run.add(name.substring(0, name.lastIndexOf('.')));
        }
        List<String> expected = SUBJECTS.stream().map(Class::getName).sorted().toList();
        assertEquals(expected, List.copyOf(run));
    }
}

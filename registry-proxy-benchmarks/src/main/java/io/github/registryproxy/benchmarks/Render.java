package io.github.registryproxy.benchmarks;

import io.github.registryproxy.document.ErrorDocument;
import io.github.registryproxy.document.TagList;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryError;
import io.github.registryproxy.protocol.Target;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What is written for a request: its target, for the registry behind, and the documents of answers of our own. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Render {
    private Target byTag = Target.parse("GET", Sample.BY_TAG);
    private Target ofBlob = Target.parse("GET", Sample.OF_BLOB);
    private RegistryError unknown = ErrorCode.MANIFEST_UNKNOWN.because("manifest unknown to registry");
    private List<String> tags =
            IntStream.range(0, 100).mapToObj(i -> "1.27." + i + "-alpine").toList();

    @Benchmark
    public String targetByTag() {
        return byTag.render();
    }

    @Benchmark
    public String targetOfBlob() {
        return ofBlob.render();
    }

    @Benchmark
    public byte[] error() {
        return new ErrorDocument(List.of(unknown)).toJson();
    }

    @Benchmark
    public byte[] hundredTags() {
        return new TagList(Sample.NAME, tags).toJson();
    }
}

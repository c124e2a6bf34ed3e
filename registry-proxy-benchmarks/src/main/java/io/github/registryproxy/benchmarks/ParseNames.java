package io.github.registryproxy.benchmarks;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What targets and fields are made of. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ParseNames {
    private String repository = Sample.NAME;
    private String tag = "1.27.3-alpine";
    private String digest = Sample.BLOB_DIGEST.toString();

    @Benchmark
    public RepositoryName repository() {
        return new RepositoryName(repository);
    }

    @Benchmark
    public Tag tag() {
        return new Tag(tag);
    }

    @Benchmark
    public Digest digest() {
        return Digest.parse(digest);
    }

    @Benchmark
    public boolean digestOfManifest() {
        return Sample.MANIFEST_DIGEST.matches(Sample.MANIFEST);
    }
}

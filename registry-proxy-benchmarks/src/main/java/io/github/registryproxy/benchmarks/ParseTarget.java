package io.github.registryproxy.benchmarks;

import io.github.registryproxy.protocol.Target;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Request targets as clients send them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ParseTarget {
    // Not final: the compiler must not know them.
    private String ping = "/v2/";
    private String byTag = Sample.BY_TAG;
    private String byDigest = Sample.BY_DIGEST;
    private String ofBlob = Sample.OF_BLOB;
    private String ofTags = "/v2/" + Sample.NAME + "/tags/list?n=100&last=1.27.2";

    @Benchmark
    public Target ping() {
        return Target.parse("GET", ping);
    }

    @Benchmark
    public Target manifestByTag() {
        return Target.parse("GET", byTag);
    }

    @Benchmark
    public Target manifestByDigest() {
        return Target.parse("GET", byDigest);
    }

    @Benchmark
    public Target blob() {
        return Target.parse("GET", ofBlob);
    }

    @Benchmark
    public Target tags() {
        return Target.parse("GET", ofTags);
    }
}

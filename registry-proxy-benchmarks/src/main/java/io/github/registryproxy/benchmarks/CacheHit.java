package io.github.registryproxy.benchmarks;

import io.github.registryproxy.RegistryRequest;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The server's chain with what is asked in its cache, from a parsed request to an answer that has been taken. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CacheHit {
    @Param
    KeptIn store = KeptIn.MEMORY;

    private final RegistryRequest byTag = Sample.request("GET", Sample.BY_TAG);
    private final RegistryRequest headByTag = Sample.request("HEAD", Sample.BY_TAG);
    private final RegistryRequest byDigest = Sample.request("GET", Sample.BY_DIGEST);
    private final RegistryRequest headOfBlob = Sample.request("HEAD", Sample.OF_BLOB);
    private final RegistryRequest blob = Sample.request("GET", Sample.OF_BLOB);
    private final Drain drain = new Drain();
    private WarmCache cache;

    @Setup
    public void fill() throws IOException {
        cache = new WarmCache(store);
    }

    @TearDown
    public void close() throws IOException {
        cache.close();
    }

    @Benchmark
    public long manifestByTag() throws IOException {
        return drain.of(cache.proxy().handle(byTag));
    }

    @Benchmark
    public long headOfManifestByTag() throws IOException {
        return drain.of(cache.proxy().handle(headByTag));
    }

    @Benchmark
    public long manifestByDigest() throws IOException {
        return drain.of(cache.proxy().handle(byDigest));
    }

    @Benchmark
    public long headOfBlob() throws IOException {
        return drain.of(cache.proxy().handle(headOfBlob));
    }

    @Benchmark
    public long blob() throws IOException {
        return drain.of(cache.proxy().handle(blob));
    }
}

package io.github.registryproxy.benchmarks;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The server's chain without a cache, from a parsed request to an answer that has been taken. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PassThrough {
    private final RegistryProxy proxy = ServerChain.passing(new RegistryInMemory());
    private final RegistryRequest manifest = Sample.request("GET", Sample.BY_TAG);
    private final RegistryRequest blob = Sample.request("HEAD", Sample.OF_BLOB);
    private final RegistryRequest push = Sample.request("PUT", Sample.BY_TAG);
    private final Drain drain = new Drain();

    @TearDown
    public void close() {
        proxy.close();
    }

    @Benchmark
    public long manifestByTag() throws IOException {
        return drain.of(proxy.handle(manifest));
    }

    @Benchmark
    public long headOfBlob() throws IOException {
        return drain.of(proxy.handle(blob));
    }

    @Benchmark
    public int refusedPush() throws IOException {
        try (RegistryResponse response = proxy.handle(push)) {
            return response.status();
        }
    }
}

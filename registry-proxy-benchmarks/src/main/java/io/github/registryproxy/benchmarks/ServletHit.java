package io.github.registryproxy.benchmarks;

import io.github.registryproxy.servlet.RegistryProxyServlet;
import io.github.registryproxy.servlet.ServletSettings;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * As {@link CacheHit} in memory, from what a container hands over to what it is given: reading the request and writing the
 * answer, on the container's thread. What a container does itself is not in it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ServletHit {
    private final ServletCall byTag = new ServletCall("GET", Sample.BY_TAG);
    private final ServletCall byDigest = new ServletCall("GET", Sample.BY_DIGEST);
    private final ServletCall headOfBlob = new ServletCall("HEAD", Sample.OF_BLOB);
    private WarmCache cache;
    private RegistryProxyServlet servlet;

    @Setup
    public void mount() throws IOException, ServletException {
        cache = new WarmCache(KeptIn.MEMORY);
        servlet = new RegistryProxyServlet(ServletSettings.of(cache.proxy()).onContainerThreads());
        servlet.init();
    }

    @TearDown
    public void close() throws IOException {
        servlet.destroy();
        cache.close();
    }

    @Benchmark
    public long manifestByTag() throws IOException, ServletException {
        return byTag.to(servlet);
    }

    @Benchmark
    public long manifestByDigest() throws IOException, ServletException {
        return byDigest.to(servlet);
    }

    @Benchmark
    public long headOfBlob() throws IOException, ServletException {
        return headOfBlob.to(servlet);
    }
}

package io.github.registryproxy.benchmarks;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.protocol.MediaType;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The fields of a pull and of its answer: made, asked, changed. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class UseHeaders {
    private String[] asked = Sample.fields();
    private String digest = Sample.MANIFEST_DIGEST.toString();
    private Headers request = Headers.of(asked);
    private Headers response = answer(digest);

    private static Headers answer(String digest) {
        return Headers.of(
                HeaderNames.CONTENT_TYPE,
                MediaType.OCI_MANIFEST.value(),
                HeaderNames.CONTENT_LENGTH,
                "4096",
                HeaderNames.DOCKER_CONTENT_DIGEST,
                digest);
    }

    @Benchmark
    public Headers ofRequest() {
        return Headers.of(asked);
    }

    @Benchmark
    public Headers ofResponse() {
        return answer(digest);
    }

    @Benchmark
    public Optional<String> first() {
        return response.first(HeaderNames.DOCKER_CONTENT_DIGEST);
    }

    @Benchmark
    public Optional<String> absent() {
        return request.first(HeaderNames.AUTHORIZATION);
    }

    @Benchmark
    public List<String> all() {
        return request.all(HeaderNames.ACCEPT);
    }

    @Benchmark
    public Headers with() {
        return response.with(HeaderNames.CONTENT_LENGTH, "4097");
    }

    @Benchmark
    public Headers without() {
        return response.without(HeaderNames.CONTENT_LENGTH, HeaderNames.ETAG);
    }
}

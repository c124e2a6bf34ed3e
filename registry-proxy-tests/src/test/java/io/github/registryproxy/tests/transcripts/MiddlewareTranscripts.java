package io.github.registryproxy.tests.transcripts;

import com.google.common.util.concurrent.MoreExecutors;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.cache.CacheBlobs;
import io.github.registryproxy.middleware.LimitRequests;
import io.github.registryproxy.middleware.PullOnly;
import io.github.registryproxy.middleware.RedirectBrowsers;
import io.github.registryproxy.middleware.RefuseCatalog;
import io.github.registryproxy.middleware.RenameRepository;
import io.github.registryproxy.policy.AllowRepositories;
import io.github.registryproxy.policy.AllowTags;
import io.github.registryproxy.policy.Rules;
import io.github.registryproxy.store.MemoryStore;
import io.github.registryproxy.testing.Transcript;
import io.github.registryproxy.testing.Transcripts;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;

/** Which middleware each directory of transcripts is about. */
public final class MiddlewareTranscripts {
    private static final Map<String, Supplier<Middleware>> DIRECTORIES = Map.of(
            "rename", () -> RenameRepository.under("team/a"),
            "pull-only", PullOnly::new,
            "refuse-catalog", RefuseCatalog::new,
            "redirect-browsers", () -> new RedirectBrowsers(URI.create("https://gcr.example/project")),
            "limit-requests",
                    () -> LimitRequests.builder().largestManifest(1000).build(),
            "allow-repositories", () -> new AllowRepositories(Rules.ofRepositories("!**/secret*", "**")),
            "allow-tags", () -> AllowTags.builder(Rules.ofTags("release-*")).build(),
            // The fetch of a whole blob is done before its first reader reads, or never gets its turn.
            "cache-blobs", () -> cacheBlobs(MoreExecutors.newDirectExecutorService()),
            "cache-blobs-filling", () -> cacheBlobs(new NeverRuns()));

    private MiddlewareTranscripts() {}

    private static Middleware cacheBlobs(ExecutorService fetchers) {
        return CacheBlobs.builder(new MemoryStore(1024 * 1024), "up")
                .fetchers(fetchers)
                .build();
    }

    /** A test per transcript; the replay is given what makes the proxy from an upstream. */
    public static Stream<DynamicNode> all(BiConsumer<Transcript, Function<RegistryHandler, RegistryHandler>> replay) {
        return DIRECTORIES.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> DynamicContainer.dynamicContainer(
                        entry.getKey(),
                        Transcripts.in(
                                MiddlewareTranscripts.class,
                                "transcripts/" + entry.getKey(),
                                transcript -> replay.accept(
                                        transcript,
                                        upstream -> RegistryProxy.builder()
                                                .use(entry.getValue().get())
                                                .upstream(upstream)
                                                .build()))));
    }
}

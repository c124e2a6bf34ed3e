package io.github.registryproxy.tests.transcripts;

import com.google.common.util.concurrent.MoreExecutors;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.cache.CacheAccess;
import io.github.registryproxy.cache.CacheBlobs;
import io.github.registryproxy.middleware.LimitRequests;
import io.github.registryproxy.middleware.PullOnly;
import io.github.registryproxy.middleware.RedirectBrowsers;
import io.github.registryproxy.middleware.RefuseCatalog;
import io.github.registryproxy.middleware.RenameRepository;
import io.github.registryproxy.middleware.RepositoryMapping;
import io.github.registryproxy.policy.AllowRepositories;
import io.github.registryproxy.policy.AllowTags;
import io.github.registryproxy.policy.Rules;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.route.Failover;
import io.github.registryproxy.route.InsertLibrary;
import io.github.registryproxy.route.RouteByNamespace;
import io.github.registryproxy.route.RouteByRepository;
import io.github.registryproxy.store.MemoryStore;
import io.github.registryproxy.testing.Transcript;
import io.github.registryproxy.testing.Transcripts;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;

/** Which middleware, or route, each directory of transcripts is about. */
public final class MiddlewareTranscripts {
    /** Makes the proxy from the one upstream that a transcript has. */
    private interface Proxy {
        RegistryHandler before(RegistryHandler upstream);
    }

    private static final RepositoryName PROXY_HUB = new RepositoryName("proxy/hub");

    private static final Map<String, Proxy> DIRECTORIES = Map.ofEntries(
            using("rename", () -> RenameRepository.under("team/a")),
            using("rename-mount", () -> new RenameRepository(RepositoryMapping.at(PROXY_HUB, Optional.empty()))),
            using("pull-only", PullOnly::new),
            using("refuse-catalog", RefuseCatalog::new),
            using("redirect-browsers", () -> new RedirectBrowsers(URI.create("https://gcr.example/project"))),
            using(
                    "limit-requests",
                    () -> LimitRequests.builder().largestManifest(1000).build()),
            using("allow-repositories", () -> new AllowRepositories(Rules.ofRepositories("!**/secret*", "**"))),
            using(
                    "allow-tags",
                    () -> AllowTags.builder(Rules.ofTags("release-*")).build()),
            // The fetch of a whole blob is done before its first reader reads, or never gets its turn.
            using("cache-blobs", () -> cacheBlobs(MoreExecutors.newDirectExecutorService())),
            using("cache-blobs-filling", () -> cacheBlobs(new NeverRuns())),
            using("insert-library", InsertLibrary::new),
            Map.entry("route-by-repository", MiddlewareTranscripts::byRepository),
            Map.entry("route-by-namespace", MiddlewareTranscripts::byNamespace),
            Map.entry("failover", upstream -> failover(upstream).build()),
            Map.entry(
                    "failover-stopping",
                    upstream ->
                            failover(upstream).stopAtErrors().writesToFirst().build()));

    private MiddlewareTranscripts() {}

    private static Map.Entry<String, Proxy> using(String directory, Supplier<Middleware> middleware) {
        return Map.entry(
                directory,
                upstream -> RegistryProxy.builder()
                        .use(middleware.get())
                        .upstream(upstream)
                        .build());
    }

    private static Middleware cacheBlobs(ExecutorService fetchers) {
        return CacheBlobs.builder(new MemoryStore(1024 * 1024), "up")
                .access(CacheAccess.PUBLIC)
                .fetchers(fetchers)
                .build();
    }

    private static RegistryHandler byRepository(RegistryHandler upstream) {
        return RegistryProxy.builder()
                .upstream(RouteByRepository.builder()
                        .route(PROXY_HUB, called("hub", upstream))
                        .route(new RepositoryName("proxy"), called("proxy", upstream))
                        .otherwise(called("hosted", upstream))
                        .build())
                .build();
    }

    private static RegistryHandler byNamespace(RegistryHandler upstream) {
        return RegistryProxy.builder()
                .use(RouteByNamespace.builder()
                        .route("docker.io", called("hub", upstream))
                        .route("registry.local:5000", called("local", upstream))
                        .build())
                .upstream(called("hosted", upstream))
                .build();
    }

    private static Failover.Builder failover(RegistryHandler upstream) {
        return Failover.builder().member("hosted", called("hosted", upstream)).member("hub", called("hub", upstream));
    }

    /** One of several registries: a transcript tells by the field {@code Registry} which one was asked. */
    private static RegistryHandler called(String name, RegistryHandler upstream) {
        return request -> upstream.handle(request.withHeaders(headers -> headers.with("Registry", name)));
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
                                transcript -> replay.accept(transcript, entry.getValue()::before))));
    }
}

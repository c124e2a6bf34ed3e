package io.github.registryproxy.tests.spec;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.hosted.HostedRegistry;
import io.github.registryproxy.hosted.HostedStore;
import io.github.registryproxy.hosted.MissingContent;
import io.github.registryproxy.middleware.RenameRepository;
import io.github.registryproxy.servlet.RegistryProxyServlet;
import io.github.registryproxy.tests.servlet.Container;
import io.github.registryproxy.tests.servlet.JettyContainer;
import io.github.registryproxy.upstream.HttpUpstream;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletRegistration;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Registries of this project on free ports of the loopback, each in a Jetty of its own. */
final class Served {
    private final Path directory;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** They write below that directory. */
    Served(Path directory) {
        this.directory = directory;
    }

    /** A hosted registry of its own as {@link UnderTest} wants it, or with one setting. */
    URI hosted(Optional<Setting> setting) throws Exception {
        HostedStore store = closing(HostedStore.open(Files.createTempDirectory(directory, "store")));
        HostedRegistry.Builder registry = HostedRegistry.builder(store);
        setting.ifPresent(chosen -> set(registry, chosen));
        return serve(registry.build());
    }

    private static void set(HostedRegistry.Builder registry, Setting setting) {
        switch (setting) {
            case NO_DELETES -> registry.deletes(false);
            case SPARSE_INDEXES -> registry.missingContent(MissingContent.SPARSE_INDEXES);
            case MISSING_CONTENT -> registry.missingContent(MissingContent.ACCEPTED);
            case SMALLEST_CHUNK -> registry.minimumChunk(OptionalLong.of(Settings.SMALLEST_CHUNK));
            case IMMUTABLE_VERSIONS ->
                registry.immutableTags((repository, tag) -> tag.value().startsWith("v"));
            case QUOTA -> registry.quota(repository -> OptionalLong.of(Settings.QUOTA));
        }
    }

    /** A proxy that knows every repository of the registry there by a name without its first two segments. */
    URI renaming(URI registry) throws Exception {
        HttpUpstream upstream = HttpUpstream.to(registry).build();
        RegistryProxy proxy = RegistryProxy.builder()
                .use(RenameRepository.under("team/a"))
                .upstream(upstream)
                .build();
        return serve(closing(proxy));
    }

    private URI serve(RegistryHandler handler) throws Exception {
        ServletContainerInitializer application = (classes, context) -> {
            ServletRegistration.Dynamic servlet = context.addServlet("registry", new RegistryProxyServlet(handler));
            servlet.setAsyncSupported(true);
            servlet.addMapping("/*");
        };
        Container container =
                JettyContainer.start(Files.createTempDirectory(directory, "jetty"), Map.of("", application));
        closing(container::stop);
        return URI.create("http://127.0.0.1:" + container.port());
    }

    private <T extends AutoCloseable> T closing(T resource) {
        opened.push(resource);
        return resource;
    }

    /** Ends all of them. */
    void stop() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }
}

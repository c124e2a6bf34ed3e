package io.github.registryproxy.tests.transcripts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.facade.SettingException;
import io.github.registryproxy.facade.SettingSource;
import io.github.registryproxy.servlet.RegistryProxyServlet;
import io.github.registryproxy.servlet.ServletSettings;
import io.github.registryproxy.testing.ClientSide;
import io.github.registryproxy.testing.Transcript;
import io.github.registryproxy.tests.HandlerServer;
import io.github.registryproxy.tests.SocketClient;
import io.github.registryproxy.tests.SwitchedHandler;
import io.github.registryproxy.tests.servlet.Container;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletRegistration;
import java.io.Closeable;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same transcripts over the sockets of a container, with the work on its own threads and as the servlet does it by
 * default: on virtual threads, where the JDK has them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ContainerTranscripts {
    private static final String CONTEXT = "/mirror";

    private final Container.Launcher launcher;
    private final SwitchedHandler handler = new SwitchedHandler();
    private @Nullable Container platform;
    private @Nullable Container virtual;

    ContainerTranscripts(Container.Launcher launcher) {
        this.launcher = launcher;
    }

    @BeforeAll
    void start(@TempDir Path one, @TempDir Path other) throws Exception {
        ServletSettings settings = ServletSettings.of(handler);
        platform = launcher.start(one, applications(settings.onContainerThreads()));
        virtual = launcher.start(other, applications(settings));
    }

    private static Map<String, ServletContainerInitializer> applications(ServletSettings settings) {
        return Map.of("", application(settings), CONTEXT, application(settings));
    }

    private static ServletContainerInitializer application(ServletSettings settings) {
        return (classes, context) -> {
            ServletRegistration.Dynamic servlet = context.addServlet("proxy", new RegistryProxyServlet(settings));
            servlet.setAsyncSupported(true);
            servlet.addMapping("/*");
        };
    }

    @AfterAll
    void stop() throws Exception {
        try {
            stop(platform);
        } finally {
            stop(virtual);
        }
    }

    private static void stop(@Nullable Container container) throws Exception {
        if (container != null) {
            container.stop();
        }
    }

    @Test
    void the_work_is_done_on_the_threads_it_says() throws Exception {
        AtomicBoolean virtually = new AtomicBoolean();
        handler.use(request -> {
            virtually.set(isVirtual(Thread.currentThread()));
            return RegistryResponse.of(204);
        });
        for (Container container : Stream.of(platform, virtual).toList()) {
            try (ClientSide client = client(container, CONTEXT, () -> {})) {
                assertEquals(
                        204,
                        client.send("GET", "/v2/", Headers.EMPTY, Body.empty()).status());
            }
            boolean expected = container == virtual && Runtime.version().feature() >= 21;
            assertEquals(expected, virtually.get());
        }
    }

    /** Java 17 does not have the question. */
    private static boolean isVirtual(Thread thread) {
        try {
            return Runtime.version().feature() >= 21
                    && (boolean) Thread.class.getMethod("isVirtual").invoke(thread);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @TestFactory
    Stream<DynamicNode> middlewares_on_the_container_s_threads() {
        return MiddlewareTranscripts.all((transcript, proxy) -> middlewares(transcript, proxy, platform));
    }

    @TestFactory
    Stream<DynamicNode> middlewares_on_virtual_threads() {
        return MiddlewareTranscripts.all((transcript, proxy) -> middlewares(transcript, proxy, virtual));
    }

    @TestFactory
    Stream<DynamicNode> a_facade_at_the_root_on_the_container_s_threads() {
        return facade(platform, "");
    }

    @TestFactory
    Stream<DynamicNode> a_facade_at_the_root_on_virtual_threads() {
        return facade(virtual, "");
    }

    @TestFactory
    Stream<DynamicNode> a_facade_at_a_context_path_on_the_container_s_threads() {
        return facade(platform, CONTEXT);
    }

    @TestFactory
    Stream<DynamicNode> a_facade_at_a_context_path_on_virtual_threads() {
        return facade(virtual, CONTEXT);
    }

    private Stream<DynamicNode> facade(@Nullable Container container, String context) {
        return FacadeTranscripts.kinds()
                .map(kind -> kind.all(transcript -> transcript.replay(upstream -> {
                    HandlerServer registry = new HandlerServer(upstream);
                    Facade facade = facade(kind.settings(registry.base()));
                    handler.use(facade.proxy());
                    return client(container, context, () -> {
                        facade.close();
                        registry.close();
                    });
                })));
    }

    private static Facade facade(Map<String, String> settings) {
        try {
            return Facade.of(SettingSource.environment(settings));
        } catch (SettingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private void middlewares(
            Transcript transcript, Function<RegistryHandler, RegistryHandler> proxy, @Nullable Container container) {
        transcript.replay(upstream -> {
            handler.use(proxy.apply(upstream));
            return client(container, "", () -> {});
        });
    }

    private static ClientSide client(@Nullable Container container, String context, Closeable closing) {
        int port = Objects.requireNonNull(container, "not started").port();
        return new SocketClient(URI.create("http://127.0.0.1:" + port + context), closing);
    }
}

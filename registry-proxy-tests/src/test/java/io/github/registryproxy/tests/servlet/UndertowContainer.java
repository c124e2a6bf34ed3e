package io.github.registryproxy.tests.servlet;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.PathHandler;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ServletContainer;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.ServletContainerInitializer;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Undertow 2.3. */
public final class UndertowContainer implements Container {
    private final Undertow undertow;

    private UndertowContainer(HttpHandler handler) {
        undertow = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                .setServerOption(UndertowOptions.DECODE_SLASH, false)
                .setWorkerThreads(THREADS)
                .setHandler(handler)
                .build();
    }

    /** With the settings that a registry needs. */
    public static Container start(Path directory, Map<String, ServletContainerInitializer> applications)
            throws Exception {
        ServletContainer container = Servlets.newContainer();
        PathHandler paths = Handlers.path();
        for (Map.Entry<String, ServletContainerInitializer> application : applications.entrySet()) {
            String path = application.getKey().isEmpty() ? "/" : application.getKey();
            paths.addPrefixPath(path, deploy(container, path, application.getValue()));
        }
        UndertowContainer started = new UndertowContainer(paths);
        started.undertow.start();
        return started;
    }

    private static HttpHandler deploy(ServletContainer container, String path, ServletContainerInitializer application)
            throws Exception {
        DeploymentManager manager = container.addDeployment(Servlets.deployment()
                .setClassLoader(UndertowContainer.class.getClassLoader())
                .setDeploymentName("app" + path.replace('/', '-'))
                .setContextPath(path)
                .addServletContainerInitializer(new ServletContainerInitializerInfo(
                        application.getClass(), new ImmediateInstanceFactory<>(application), Set.of())));
        manager.deploy();
        return manager.start();
    }

    @Override
    public int port() {
        return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    }

    @Override
    public void stop() {
        undertow.stop();
    }
}

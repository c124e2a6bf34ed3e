package io.github.registryproxy.tests.servlet;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ServletContainer;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import java.net.InetSocketAddress;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Undertow 2.3. */
class UndertowServletTest extends ServletContract {
    private final ServletContainer container = Servlets.newContainer();
    private Undertow undertow = Undertow.builder().build();

    @BeforeAll
    void start() throws Exception {
        undertow = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                .setServerOption(UndertowOptions.DECODE_SLASH, false)
                .setWorkerThreads(THREADS)
                .setHandler(Handlers.path().addPrefixPath("/", deploy("")).addPrefixPath("/app", deploy("/app")))
                .build();
        undertow.start();
    }

    private HttpHandler deploy(String path) throws Exception {
        SampleApp app = new SampleApp();
        DeploymentInfo deployment = Servlets.deployment()
                .setClassLoader(getClass().getClassLoader())
                .setDeploymentName("app" + path.replace('/', '-'))
                .setContextPath(path.isEmpty() ? "/" : path)
                .addServletContainerInitializer(new ServletContainerInitializerInfo(
                        SampleApp.class, new ImmediateInstanceFactory<>(app), Set.of()));
        DeploymentManager manager = container.addDeployment(deployment);
        manager.deploy();
        return manager.start();
    }

    @AfterAll
    void stop() {
        undertow.stop();
    }

    @Override
    int port() {
        return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    }
}

package io.github.registryproxy.tests.servlet;

import jakarta.servlet.ServletContainerInitializer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** Tomcat 10.1. */
public final class TomcatContainer implements Container {
    private final Tomcat tomcat = new Tomcat();

    private TomcatContainer() {}

    /** With the settings that a registry needs. */
    public static Container start(Path directory, Map<String, ServletContainerInitializer> applications)
            throws Exception {
        TomcatContainer container = new TomcatContainer();
        Tomcat tomcat = container.tomcat;
        tomcat.setBaseDir(directory.toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxThreads", String.valueOf(THREADS));
        connector.setProperty("continueResponseTiming", "onRead");
        connector.setEncodedSolidusHandling("passthrough");
        connector.setEncodedReverseSolidusHandling("passthrough");
        tomcat.setConnector(connector);
        applications.forEach((path, application) ->
                tomcat.addContext(path, directory.toString()).addServletContainerInitializer(application, Set.of()));
        tomcat.start();
        return container;
    }

    @Override
    public int port() {
        return tomcat.getConnector().getLocalPort();
    }

    @Override
    public void stop() throws Exception {
        tomcat.stop();
        tomcat.destroy();
    }
}

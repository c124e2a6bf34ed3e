package io.github.registryproxy.tests.servlet;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Tomcat 10.1. */
class TomcatServletTest extends ServletContract {
    private final Tomcat tomcat = new Tomcat();

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        tomcat.setBaseDir(directory.toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxThreads", String.valueOf(THREADS));
        connector.setProperty("continueResponseTiming", "onRead");
        connector.setEncodedSolidusHandling("passthrough");
        connector.setEncodedReverseSolidusHandling("passthrough");
        tomcat.setConnector(connector);
        for (String path : List.of("", "/app")) {
            Context context = tomcat.addContext(path, directory.toString());
            context.addServletContainerInitializer(new SampleApp(), Set.of());
        }
        tomcat.start();
    }

    @AfterAll
    void stop() throws Exception {
        tomcat.stop();
        tomcat.destroy();
    }

    @Override
    int port() {
        return tomcat.getConnector().getLocalPort();
    }
}

package io.github.registryproxy.tests.servlet;

import jakarta.servlet.ServletContainerInitializer;
import java.nio.file.Path;
import java.util.Map;

/** A servlet container in this process, listening on the loopback. */
public interface Container {
    /** Requests at a time that its own threads can work on. */
    int THREADS = 16;

    /** How to start one. */
    @FunctionalInterface
    interface Launcher {
        /**
         * Listens on return.
         *
         * @param directory for what it wants to write
         * @param applications by context path, empty for the root
         */
        Container start(Path directory, Map<String, ServletContainerInitializer> applications) throws Exception;
    }

    /** Where it listens. */
    int port();

    /** Ends it, and its applications. */
    void stop() throws Exception;
}

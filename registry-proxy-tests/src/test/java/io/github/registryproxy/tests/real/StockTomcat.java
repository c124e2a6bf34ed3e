package io.github.registryproxy.tests.real;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A Tomcat as it is downloaded, with a base directory of its own. */
final class StockTomcat implements AutoCloseable {
    private final int port = Stage.freePort();
    private final Daemon daemon;

    /**
     * A WAR in it.
     *
     * @param name of the file: {@code ROOT}, or the context path without its slash
     * @param parameters of the context
     */
    record Application(String name, Path war, Map<String, String> parameters) {}

    /** The unpacked distribution of a line, {@code "10.1"} or {@code "11.0"}: the build unpacks it. */
    static Path distribution(String line) throws IOException {
        try (Stream<Path> unpacked = Files.list(Programs.built("rp.tomcat.directory"))) {
            return unpacked.filter(home -> home.getFileName().toString().startsWith("apache-tomcat-" + line + "."))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no Tomcat " + line + " was unpacked"));
        }
    }

    /** Starts it and waits until it answers: then all of them are deployed, or have failed to be. */
    StockTomcat(Stage stage, Path home, List<Application> applications, Map<String, String> settings)
            throws IOException, InterruptedException {
        Path base = stage.directory("tomcat");
        for (String name : List.of("conf", "logs", "temp", "webapps", "work")) {
            Files.createDirectory(base.resolve(name));
        }
        for (String name : List.of("conf/web.xml", "conf/logging.properties")) {
            Files.copy(home.resolve(name), base.resolve(name));
        }
        for (Application application : applications) {
            deploy(application, base);
        }
        // The stock file, but for its ports: no shutdown by a port, because we end it by its pid.
        Files.writeString(
                base.resolve("conf/server.xml"),
                Files.readString(home.resolve("conf/server.xml"))
                        .replace("port=\"8005\"", "port=\"-1\"")
                        .replace("port=\"8080\"", "address=\"127.0.0.1\" port=\"" + port + "\""));
        makeExecutable(home.resolve("bin"));
        Map<String, String> environment = new TreeMap<>(settings);
        environment.put("JAVA_HOME", Programs.javaHome().toString());
        environment.put("CATALINA_BASE", base.toString());
        environment.put("CATALINA_PID", base.resolve("tomcat.pid").toString());
        // "run" replaces the shell by Java: the pid we started is Tomcat's own.
        daemon = stage.start(
                "tomcat", environment, List.of(home.resolve("bin/catalina.sh").toString(), "run"));
        daemon.awaitReady(Duration.ofSeconds(90), () -> Tcp.accepts(port));
    }

    /** As its documentation says: the WAR in one place, what is particular here in another. */
    private static void deploy(Application application, Path base) throws IOException {
        Files.copy(application.war(), base.resolve("webapps").resolve(application.name() + ".war"));
        StringBuilder context = new StringBuilder("<Context>\n");
        application
                .parameters()
                .forEach((name, value) -> context.append("  <Parameter name=\"")
                        .append(name)
                        .append("\" value=\"")
                        .append(value)
                        .append("\" override=\"false\"/>\n"));
        Path directory = Files.createDirectories(base.resolve("conf/Catalina/localhost"));
        Files.writeString(directory.resolve(application.name() + ".xml"), context.append("</Context>\n"));
    }

    /** What it has printed. */
    String log() {
        return daemon.log();
    }

    int port() {
        return port;
    }

    @Override
    public void close() throws IOException {
        daemon.close();
    }

    /** The zip loses the modes. */
    private static void makeExecutable(Path directory) {
        File[] scripts = directory.toFile().listFiles((in, name) -> name.endsWith(".sh"));
        for (File script : scripts == null ? new File[0] : scripts) {
            if (!script.setExecutable(true)) {
                throw new AssertionError("cannot make executable: " + script);
            }
        }
    }
}

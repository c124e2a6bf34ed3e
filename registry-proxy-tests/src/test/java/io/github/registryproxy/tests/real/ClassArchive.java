package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What makes short lives of the server useful: its classes as its JVM wants them, from a run that served. */
final class ClassArchive {
    private ClassArchive() {}

    /** The option of a JVM that uses the archive, which lies on the stage. */
    static String option(Stage stage) throws IOException {
        Path archive = stage.directory("classes").resolve("server.jsa");
        String jar = Programs.built("rp.server.jar").toString();
        Command.run(Map.of(), List.of(Programs.java(), "-XX:ArchiveClassesAtExit=" + archive, "-jar", jar, "train"))
                .succeeded();
        return "-XX:SharedArchiveFile=" + archive;
    }
}

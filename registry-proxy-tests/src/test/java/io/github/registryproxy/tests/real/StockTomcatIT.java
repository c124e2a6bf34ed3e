package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Tomcat that people download. */
@Tag("real")
@Timeout(120)
class StockTomcatIT {
    @RegisterExtension
    static final Stage stage = new Stage();

    @ParameterizedTest
    @ValueSource(strings = {"10.1", "11.0"})
    void a_war_is_served_at_the_root(String line) throws Exception {
        Path war = stage.directory("war").resolve("trivial.war");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(war))) {
            zip.putNextEntry(new ZipEntry("hello.txt"));
            zip.write("hello".getBytes(StandardCharsets.UTF_8));
        }

        try (StockTomcat tomcat = new StockTomcat(stage, StockTomcat.distribution(line), war, Map.of(), "/hello.txt")) {
            byte[] answer = Http.send(Http.to(tomcat.url() + "/hello.txt")).body();
            assertEquals("hello", new String(answer, StandardCharsets.UTF_8));
        }
    }
}

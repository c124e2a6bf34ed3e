package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainTest {
    @Test
    void it_serves_says_nothing_and_ends_by_itself_whatever_the_environment_says() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);

        int code = Main.run(new String[] {"train"}, Map.of("REGISTRY_HOST", "r.invalid", "PORT", "1"), out, out);

        assertEquals("", said.toString(StandardCharsets.UTF_8));
        assertEquals(0, code);
    }

    @Test
    void https_is_part_of_it(@TempDir Path directory) throws Exception {
        TrainIdentity identity = TrainIdentity.in(directory).orElseThrow();

        assertEquals(1, identity.store().size());
        assertTrue(Files.readString(identity.certificate()).startsWith("-----BEGIN CERTIFICATE-----"));
    }
}

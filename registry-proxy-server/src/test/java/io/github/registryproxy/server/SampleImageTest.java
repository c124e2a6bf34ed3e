package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SampleImageTest {
    @Test
    void the_same_line_makes_the_same_image() {
        assertEquals(
                SampleImage.printing("x").index(), SampleImage.printing("x").index());
    }

    @Test
    void everything_is_stored_under_its_digest() {
        SampleImage image = SampleImage.printing("hello");

        assertEquals(3, image.manifests().size());
        assertEquals(4, image.blobs().size());
        image.manifests().forEach((digest, document) -> assertTrue(digest.matches(document.content())));
        image.blobs().forEach((digest, content) -> assertTrue(digest.matches(content)));
    }

    @Test
    void a_layer_unpacks_to_its_file() throws Exception {
        byte[] file = "content of some length".getBytes(StandardCharsets.US_ASCII);
        byte[] tar = Layer.tar("hello", file);

        try (InputStream unzipped = new GZIPInputStream(new ByteArrayInputStream(Layer.gzip(tar)))) {
            assertArrayEquals(tar, unzipped.readNBytes(10_000));
        }
        assertEquals("hello", new String(tar, 0, 5, StandardCharsets.US_ASCII));
        assertEquals("0000755\0", new String(tar, 100, 8, StandardCharsets.US_ASCII));
        assertEquals("00000000026\0", new String(tar, 124, 12, StandardCharsets.US_ASCII));
        assertArrayEquals(file, Arrays.copyOfRange(tar, 512, 512 + file.length));
        assertEquals(0, tar.length % 512);
    }

    /** What an assembler makes of the same instructions. */
    @Test
    void the_arm_program_is_the_one_an_assembler_makes() {
        byte[] program = TinyProgram.ARM64.printing("hi");

        assertEquals(
                "080880d2200080d2c1000010620080d2010000d4a80b80d2000080d2010000d4" + "68690a",
                HexFormat.of().formatHex(program, 120, program.length));
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void the_program_runs_here(@TempDir Path dir) throws Exception {
        Path program = Files.write(dir.resolve("hello"), TinyProgram.AMD64.printing("Hello from here"));
        assertTrue(program.toFile().setExecutable(true));

        Process process = new ProcessBuilder(program.toString()).start();

        assertEquals(
                "Hello from here\n", new String(process.getInputStream().readNBytes(100), StandardCharsets.US_ASCII));
        assertEquals(0, process.waitFor());
    }
}

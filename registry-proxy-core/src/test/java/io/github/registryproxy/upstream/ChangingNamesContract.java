package io.github.registryproxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Names that lead elsewhere between the check and the connect: in a process of its own, whose names a file decides on. */
public abstract class ChangingNamesContract {
    /** The class of the builder that the contracts are proved with. */
    protected abstract Class<?> builder();

    /** For how many seconds the process remembers names, which is what {@code networkaddress.cache.ttl} says. */
    protected abstract int remembers();

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "other systems have but one loopback address")
    void a_name_that_changes_after_its_address_was_checked_leads_nobody_away(@TempDir Path folder) throws Exception {
        Path names = Files.createFile(folder.resolve("hosts"));
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djdk.net.hosts.file=" + names,
                        "-Dsun.net.inetaddr.ttl=" + remembers(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChangingNames.class.getName(),
                        builder().getName(),
                        names.toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertTrue(process.waitFor(50, TimeUnit.SECONDS), "it does not end");
            assertEquals(0, process.exitValue(), () -> read(log));
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }
}

package io.github.registryproxy.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** All transcripts of a directory as tests, for a method with {@code @TestFactory}. */
public final class Transcripts {
    /** What is done with each transcript. */
    @FunctionalInterface
    public interface Replay {
        void replay(Transcript transcript) throws Exception;
    }

    private Transcripts() {}

    /**
     * One test for each {@code .http} file in the directory and below, in the order of their names.
     *
     * @throws IllegalArgumentException when there is none: a test of nothing is a mistake
     */
    public static Stream<DynamicTest> in(Path directory, Replay replay) {
        List<Path> files;
        try (Stream<Path> found = Files.walk(directory)) {
            files = found.filter(file -> file.toString().endsWith(".http"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException("no transcript (*.http) in " + directory);
        }
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(
                        directory.relativize(file).toString(),
                        file.toUri(),
                        () -> replay.replay(Transcript.load(file))));
    }

    /**
     * As {@link #in(Path, Replay)}, for a directory among the resources.
     *
     * @param near a class whose loader has them
     * @param directory from the root of the class path, such as {@code transcripts/pull-only}
     */
    public static Stream<DynamicTest> in(Class<?> near, String directory, Replay replay) {
        URL url = near.getClassLoader().getResource(directory);
        if (url == null || !"file".equals(url.getProtocol())) {
            throw new IllegalArgumentException("no directory among the resources: " + directory);
        }
        try {
            return in(Path.of(url.toURI()), replay);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no directory among the resources: " + directory, e);
        }
    }
}

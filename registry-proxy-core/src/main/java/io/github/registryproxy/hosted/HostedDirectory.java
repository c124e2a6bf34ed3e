package io.github.registryproxy.hosted;

import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Where hosted repositories are.
 *
 * <pre>
 * registry-proxy-hosted           the format; a directory with something in it and without this file is nobody's
 * content/                        a {@link io.github.registryproxy.store.DirectoryStore}: blobs, manifests, uploads on their way
 * repositories/team/app/_journal  what belongs to team/app, a line for each change
 * </pre>
 */
record HostedDirectory(Path root) {
    private static final String MARKER = "registry-proxy-hosted";
    private static final String FORMAT = "registry-proxy hosted, format 1\n";

    /** No component of a repository's name begins so. */
    private static final String JOURNAL = "_journal";

    private static final Set<String> NOTHING = Set.of("lost+found");

    /** Makes it where there is none; an IOException says to the operator why it cannot be used. */
    static HostedDirectory of(Path directory) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new IOException(directory + " is not a directory");
        }
        Files.createDirectories(directory);
        HostedDirectory hosted = new HostedDirectory(directory.toRealPath());
        hosted.mark();
        Files.createDirectories(hosted.repositories());
        return hosted;
    }

    private void mark() throws IOException {
        Path marker = root.resolve(MARKER);
        if (Files.exists(marker, LinkOption.NOFOLLOW_LINKS)) {
            String format = Files.size(marker) > 256 ? "" : Files.readString(marker, StandardCharsets.UTF_8);
            if (!format.equals(FORMAT)) {
                throw new IOException(root + " is of another format than this version's: name another directory");
            }
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(root)) {
            for (Path file : files) {
                if (!NOTHING.contains(String.valueOf(file.getFileName()))) {
                    throw new IOException(root + " is not empty and holds no repositories (it has no file " + MARKER
                            + "): name an empty or new directory");
                }
            }
        }
        Files.writeString(marker, FORMAT, StandardCharsets.UTF_8);
        Durable.force(root);
    }

    Path content() {
        return root.resolve("content");
    }

    private Path repositories() {
        return root.resolve("repositories");
    }

    Path journal(RepositoryName name) {
        return repositories().resolve(name.value()).resolve(JOURNAL);
    }

    /** The journals there are, by the names of their repositories. */
    Map<RepositoryName, Path> journals() throws IOException {
        Map<RepositoryName, Path> journals = new TreeMap<>();
        try (Stream<Path> files = Files.find(
                repositories(),
                RepositoryName.LONGEST,
                (file, attributes) -> attributes.isRegularFile()
                        && String.valueOf(file.getFileName()).equals(JOURNAL))) {
            for (Path journal : (Iterable<Path>) files::iterator) {
                journals.put(name(journal), journal);
            }
        }
        return journals;
    }

    private RepositoryName name(Path journal) throws IOException {
        Path name = repositories().relativize(journal.resolveSibling("."));
        try {
            return new RepositoryName(name.normalize().toString().replace(File.separatorChar, '/'));
        } catch (RegistryException e) {
            throw new IOException(journal + " is in no repository's place", e);
        }
    }

    @Override
    public String toString() {
        return root.toString();
    }
}

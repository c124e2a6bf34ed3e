package io.github.registryproxy.server.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** The socket {@code control} in the directory of a store: its owner's alone. */
final class ControlSocket {
    /** What greets whoever connects; another version says another number. */
    static final String GREETING = "registry-proxy control 1";

    /** What the shortest of the systems' limits leaves, in bytes: 104 on BSD and macOS, 108 on Linux. */
    private static final int LONGEST_PATH = 100;

    private static final String NAME = "control";
    private static final String PRIVATE = "control.new";

    private ControlSocket() {}

    static Path in(Path directory) {
        return directory.resolve(NAME);
    }

    /** Where it is made, seen by nobody else until it has its permissions. */
    private static Path newIn(Path directory) {
        return directory.resolve(PRIVATE).resolve("s");
    }

    /** Whether the system takes sockets in a directory of such a long name. */
    static boolean fits(Path directory) {
        return newIn(directory).toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_PATH;
    }

    static UnixDomainSocketAddress address(Path directory) {
        return UnixDomainSocketAddress.of(in(directory));
    }

    /** Listens, in place of a server that is no more; the caller holds the directory. */
    static ServerSocketChannel listen(Path directory) throws IOException {
        if (!fits(directory)) {
            throw new IOException(
                    "its name is too long for a socket: at most " + (LONGEST_PATH - PRIVATE.length() - 3) + " bytes");
        }
        clean(directory);
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownersAlone = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
        Files.createDirectory(directory.resolve(PRIVATE), ownersAlone);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(newIn(directory)));
            if (posix) {
                Files.setPosixFilePermissions(newIn(directory), PosixFilePermissions.fromString("rw-------"));
            }
            Files.move(newIn(directory), in(directory), StandardCopyOption.ATOMIC_MOVE);
            Files.delete(directory.resolve(PRIVATE));
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Takes away what this or an earlier server has left. */
    static void clean(Path directory) throws IOException {
        if (!Files.isDirectory(in(directory), LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(in(directory));
        }
        if (Files.isDirectory(directory.resolve(PRIVATE), LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(newIn(directory));
        }
        Files.deleteIfExists(directory.resolve(PRIVATE));
    }
}

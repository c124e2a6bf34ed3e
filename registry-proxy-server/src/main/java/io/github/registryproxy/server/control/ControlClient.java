package io.github.registryproxy.server.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Gives a command to the server that has a directory. */
public final class ControlClient {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int LONGEST = 4096;

    private ControlClient() {}

    /** Whether the name of a directory leaves room for a socket in it: without, no server there takes commands. */
    public static boolean isPossible(Path directory) {
        return ControlSocket.fits(directory);
    }

    /**
     * The exit code of the request; empty where no server listens.
     *
     * @throws IOException when a server listens and gives no answer: its message is for the operator
     */
    public static OptionalInt ask(Path directory, ControlRequest request, ControlReply reply) throws IOException {
        if (!ControlSocket.fits(directory) || !Files.exists(ControlSocket.in(directory), LinkOption.NOFOLLOW_LINKS)) {
            return OptionalInt.empty();
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(ControlSocket.address(directory));
        } catch (ConnectException e) {
            channel.close();
            return OptionalInt.empty(); // left by a server that was killed
        } catch (IOException e) {
            channel.close();
            throw new IOException(
                    ControlSocket.in(directory) + " cannot be used (" + e.getMessage()
                            + "): run the command as the user of the server",
                    e);
        }
        try (LineChannel lines = new LineChannel(channel)) {
            return OptionalInt.of(ask(lines, request, reply));
        }
    }

    private static int ask(LineChannel lines, ControlRequest request, ControlReply reply) throws IOException {
        Optional<String> greeting = lines.read(LONGEST, DEADLINE);
        if (!greeting.equals(Optional.of(ControlSocket.GREETING))) {
            throw new IOException("the server is of another version: use its own command");
        }
        lines.write(request.line(), DEADLINE);
        while (true) {
            // No deadline: a large blob takes its time between two lines of progress.
            String line = lines.read(LONGEST, Duration.ZERO)
                    .orElseThrow(() -> new IOException("the server ended the command: does it still run?"));
            int space = line.indexOf(' ');
            String rest = line.substring(space + 1);
            switch (space < 0 ? "" : line.substring(0, space)) {
                case "say" -> reply.say(rest);
                case "progress" -> reply.progress(rest);
                case "fail" -> reply.fail(rest);
                case "end" -> {
                    return rest.equals("0") ? ControlActions.DONE : ControlActions.FAILED;
                }
                default -> throw new IOException("the server says what nobody understands");
            }
        }
    }
}

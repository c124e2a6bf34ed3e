package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

/** A certificate authority of one test class, made by openssl. */
final class TestCa {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private final Path directory;
    private final Certificate root;

    /** PEM files: the certificate, and its PKCS 8 key. */
    record Certificate(Path certificate, Path key) {}

    TestCa(Stage stage) throws IOException {
        directory = stage.directory("ca");
        root = selfSigned("ca");
    }

    /** The certificate that clients must trust. */
    Path certificate() {
        return root.certificate();
    }

    /** A certificate nobody vouches for. */
    Certificate selfSigned(String name) throws IOException {
        Certificate made = files(name);
        openssl("req -x509 -newkey rsa:2048 -nodes -days 30 -subj", "/CN=rp-test-" + name, made, "-out");
        return made;
    }

    /** A certificate of this authority, for servers on loopback. */
    Certificate forLoopback(String name) throws IOException {
        Certificate made = files(name);
        Path request = directory.resolve(name + ".csr");
        openssl("req -newkey rsa:2048 -nodes -subj", "/CN=localhost", new Certificate(request, made.key()), "-out");
        Path names = directory.resolve(name + ".ext");
        Files.writeString(names, "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
        String sign = "openssl x509 -req -days 30 -CAcreateserial -in %s -CA %s -CAkey %s -extfile %s -out %s"
                .formatted(request, root.certificate(), root.key(), names, made.certificate());
        Command.run(LIMIT, sign.split(" ")).succeeded();
        return made;
    }

    private Certificate files(String name) {
        return new Certificate(directory.resolve(name + ".crt"), directory.resolve(name + ".key"));
    }

    private static void openssl(String options, String subject, Certificate made, String out) throws IOException {
        Stream<String> command = Stream.concat(
                Arrays.stream(("openssl " + options).split(" ")),
                Stream.of(
                        subject,
                        "-keyout",
                        made.key().toString(),
                        out,
                        made.certificate().toString()));
        Command.run(LIMIT, command.toArray(String[]::new)).succeeded();
    }
}

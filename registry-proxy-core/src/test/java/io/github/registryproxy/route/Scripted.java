package io.github.registryproxy.route;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Target;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** A registry that remembers what it was asked, answers as it is told, and counts the answers that nobody has closed. */
final class Scripted implements RegistryHandler, AutoCloseable {
    static final String DIGEST = "sha256:" + "a".repeat(64);

    final List<String> asked = new ArrayList<>();
    final List<RegistryRequest> requests = new ArrayList<>();
    Script script = request -> answer(200, "");
    int open;
    int closed;

    interface Script {
        RegistryResponse answer(RegistryRequest request) throws IOException;
    }

    @Override
    public RegistryResponse handle(RegistryRequest request) throws IOException {
        asked.add(request.method() + " " + request.target().render());
        requests.add(request);
        return script.answer(request);
    }

    Scripted answers(int status, String body, String... headers) {
        script = request -> answer(status, body, headers);
        return this;
    }

    Scripted fails(IOException failure) {
        script = request -> {
            throw failure;
        };
        return this;
    }

    RegistryResponse answer(int status, String body, String... headers) {
        open++;
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        boolean[] closedOnce = {false};
        Body counted = Body.of(new ByteArrayInputStream(bytes), OptionalLong.of(bytes.length))
                .closing(() -> {
                    if (!closedOnce[0]) {
                        closedOnce[0] = true;
                        open--;
                    }
                });
        return RegistryResponse.of(status, Headers.of(headers), counted);
    }

    /** What it was asked since the last call. */
    List<String> asked() {
        List<String> all = List.copyOf(asked);
        asked.clear();
        return all;
    }

    @Override
    public void close() {
        closed++;
    }

    static RegistryRequest request(String line, String... headers) {
        return request("https://r.example.com", line, Body.empty(), headers);
    }

    static RegistryRequest request(String base, String line, Body body, String... headers) {
        String method = line.substring(0, line.indexOf(' '));
        Target target = Target.parse(method, line.substring(line.indexOf(' ') + 1));
        Client client = new Client("192.0.2.7", URI.create(base));
        return RegistryRequest.of(method, target, Headers.of(headers), body, client);
    }

    /** An answer read to its end. */
    record Seen(int status, Headers headers, String body) {
        String header(String name) {
            return String.join(" | ", headers.all(name));
        }
    }

    static Seen seen(RegistryResponse answer) throws IOException {
        try (answer) {
            String body = new String(answer.body().readAll(1 << 20), StandardCharsets.UTF_8);
            return new Seen(answer.status(), answer.headers(), body);
        }
    }

    static Seen seen(RegistryHandler handler, String line, String... headers) throws IOException {
        return seen(handler.handle(request(line, headers)));
    }

    /** All operations there are; a test that decides on each fails when there is a new one. */
    static Stream<Class<?>> operations() {
        return leaves(Operation.class);
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed() ? Stream.of(type.getPermittedSubclasses()).flatMap(Scripted::leaves) : Stream.of(type);
    }
}

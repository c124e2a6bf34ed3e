package io.github.registryproxy.tests.parity;

import io.github.registryproxy.Headers;
import io.github.registryproxy.protocol.Challenge;
import io.github.registryproxy.testing.Reply;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** What is on the wire, as tests like to say it. */
final class Wire {
    private Wire() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(Reply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    /** Status, fields and body: where a string must not be. */
    static String all(Reply reply) {
        StringBuilder all = new StringBuilder().append(reply.status()).append('\n');
        reply.headers()
                .forEach((name, value) ->
                        all.append(name).append(": ").append(value).append('\n'));
        return all.append(text(reply)).toString();
    }

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString(bytes(user + ":" + password));
    }

    static String userAndPassword(String authorization) {
        return new String(
                Base64.getDecoder().decode(authorization.substring("Basic ".length())), StandardCharsets.UTF_8);
    }

    static String header(Reply reply, String name) {
        return reply.headers().first(name).orElseThrow(() -> new AssertionError("no " + name + ": " + all(reply)));
    }

    static List<Challenge> challenges(Headers headers) {
        return Challenge.parse(headers.all("WWW-Authenticate"));
    }

    /** The one Bearer challenge of a refusal. */
    static Challenge bearer(Reply reply) {
        List<Challenge> bearer = challenges(reply.headers()).stream()
                .filter(challenge -> challenge.isScheme("Bearer"))
                .toList();
        if (bearer.size() != 1) {
            throw new AssertionError("not one Bearer challenge: " + all(reply));
        }
        return bearer.get(0);
    }

    /** The values of a field of a query or form, decoded, in order. */
    static List<String> fields(String query, String name) {
        return Arrays.stream(query.split("&"))
                .filter(field -> field.startsWith(name + "="))
                .map(field -> URLDecoder.decode(field.substring(name.length() + 1), StandardCharsets.UTF_8))
                .toList();
    }
}

package io.github.registryproxy.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.security.crypto.bcrypt.BCrypt;

/** Requests to make, and a registry that remembers those it got. */
final class Requests implements RegistryHandler {
    static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);
    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

    final List<RegistryRequest> got = new ArrayList<>();

    /** An answer, read and closed. */
    record Answer(int status, Headers headers, String body) {
        String challenge() {
            return headers.first("WWW-Authenticate").orElse("");
        }

        String token() {
            Matcher token = TOKEN.matcher(body);
            if (!token.find()) {
                throw new AssertionError(status + " " + body);
            }
            return token.group(1);
        }
    }

    @Override
    public RegistryResponse handle(RegistryRequest request) {
        got.add(request);
        return RegistryResponse.of(200);
    }

    RegistryRequest last() {
        return got.get(got.size() - 1);
    }

    /** The answer of the login with this registry behind. */
    Answer ask(RequireLogin login, RegistryRequest request) throws IOException {
        try (RegistryProxy proxy =
                        RegistryProxy.builder().use(login).upstream(this).build();
                RegistryResponse response = proxy.handle(request)) {
            return new Answer(
                    response.status(),
                    response.headers(),
                    new String(response.body().readAll(1 << 20), UTF_8));
        }
    }

    static RegistryRequest request(String method, String target) {
        return RegistryRequest.of(
                method,
                Target.parse(method, target),
                Headers.EMPTY,
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example:8443/mount")));
    }

    static RegistryRequest get(String target) {
        return request("GET", target);
    }

    static RegistryRequest as(String name, String password, RegistryRequest request) {
        return with("Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(UTF_8)), request);
    }

    static RegistryRequest bearer(String token, RegistryRequest request) {
        return with("Bearer " + token, request);
    }

    static RegistryRequest with(String authorization, RegistryRequest request) {
        return request.withHeaders(headers -> headers.with("Authorization", authorization));
    }

    static String hash(String password) {
        return BCrypt.hashpw(password, BCrypt.gensalt(4)).replace("$2a$", "$2y$");
    }

    /** Whose password is "right" followed by the name. */
    static Authenticator people(String... names) {
        return proof -> proof instanceof Proof.Password login
                        && List.of(names).contains(login.name())
                        && login.password().equals("right" + login.name())
                ? Optional.of(io.github.registryproxy.Identity.of(login.name()))
                : Optional.empty();
    }
}

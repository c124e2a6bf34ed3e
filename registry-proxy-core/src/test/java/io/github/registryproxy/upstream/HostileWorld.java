package io.github.registryproxy.upstream;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.auth.TrustedRealms;
import io.github.registryproxy.middleware.TokenGateway;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.transport.AllowedAddresses;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.upstream.RecordingServer.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A proxy with a login between a client and a registry that has one bad repository, {@code app}, among good ones. */
final class HostileWorld implements AutoCloseable {
    private static final Client CLIENT = new Client("192.0.2.7", URI.create("http://proxy.example"));
    private static final String UPLOADS = "/v2/app/blobs/uploads/";

    private final PlantedLogin login;
    private final HostileSites sites;
    private final RegistryProxy proxy;
    private final List<Reply> replies = new ArrayList<>();

    /** What a client was told. */
    record Reply(String target, int status, Headers headers, String body) {
        Optional<String> location() {
            return headers.first("Location");
        }

        /** Unlike the one of headers, whole. */
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(target + " " + status + "\n");
            headers.forEach((name, value) ->
                    text.append(name).append(": ").append(value).append('\n'));
            return text + body;
        }
    }

    HostileWorld(PlantedLogin login, HostileSites sites, Transport transport) {
        this.login = login;
        this.sites = sites;
        URI address = sites.registry();
        TrustedRealms realms = TrustedRealms.of(address, List.of(sites.realm()));
        HttpUpstream.Builder upstream = HttpUpstream.to(address)
                .transport(transport)
                .trustedRealms(realms)
                .blobDelivery(BlobDelivery.STREAM)
                .backoff(failures -> {});
        RegistryProxy.Builder chain = RegistryProxy.builder();
        if (login.provider().isPresent()) {
            upstream.credentials(login.provider().get());
        } else {
            chain.use(TokenGateway.builder(transport, realms)
                    .unlistedAddresses(AllowedAddresses.publicOnly().andHost(address.getHost()))
                    .build());
        }
        proxy = chain.upstream(upstream.build()).build();
    }

    HostileSites sites() {
        return sites;
    }

    List<Reply> replies() {
        return replies;
    }

    /** A pull from a good repository: from then on the proxy knows how to be let in. */
    Reply pullWhatIsGood() {
        return ask("GET", "/v2/good/manifests/1", "");
    }

    /** What makes the registry say it, and what a client does with it. */
    void provoke(HostileRow row) {
        if (row.is("challenge") || row.is("realm challenge")) {
            ask("GET", "/v2/app/manifests/1", "");
            ask("GET", "/v2/app/tags/list", "");
            ask("POST", UPLOADS, "");
            ask("GET", "/v2/", "");
        } else if (row.isUpload()) {
            upload();
        } else if (row.is("link")) {
            ask("GET", "/v2/app/tags/list?n=1", "");
        } else if (row.words().contains("tags") || row.words().contains("referrers")) {
            ask(row.words().get(0), row.words().contains("tags") ? "/v2/app/tags/list" : referrers(), "");
        } else if (row.words().contains("manifest")) {
            String method =
                    row.words().get(0).equals("manifest") ? "GET" : row.words().get(0);
            ask(method, "/v2/app/manifests/1", method.equals("PUT") ? sites.content() : "");
        } else {
            ask(row.words().get(0).equals("HEAD") ? "HEAD" : "GET", "/v2/app/blobs/" + digest(sites.content()), "");
        }
    }

    private String referrers() {
        return "/v2/app/referrers/" + digest(sites.content());
    }

    private void upload() {
        Optional<String> at = ask("POST", UPLOADS, "").location();
        if (at.isEmpty()) {
            return;
        }
        String next = ask("PATCH", at.get(), sites.content()).location().orElse(at.get());
        ask("GET", next, "");
        ask("PUT", next + (next.contains("?") ? "&" : "?") + "digest=" + digest(sites.content()), "");
        ask("DELETE", next, "");
    }

    private Reply ask(String method, String target, String body) {
        if (login != PlantedLogin.CLIENT) {
            return send(method, target, body, password());
        }
        String scope = target.startsWith("/v2/good/") ? "repository:good:pull" : "repository:app:pull,push";
        Reply token = send("GET", "/_token?service=fake&scope=" + scope, "", password());
        int at = token.body().indexOf(PlantedLogin.TOKENS);
        if (at < 0) {
            send("POST", "/_token", "grant_type=password&service=fake&password=" + PlantedLogin.CLIENT_PASSWORD, "");
            send("GET", "/_token?service=fake&refresh_token=" + PlantedLogin.REFRESH_TOKEN, "", "");
            return send(method, target, body, password());
        }
        return send(
                method,
                target,
                body,
                "Bearer " + token.body().substring(at, token.body().indexOf('"', at)));
    }

    private static String password() {
        return PlantedLogin.basic("client", PlantedLogin.CLIENT_PASSWORD);
    }

    private Reply send(String method, String target, String body, String authorization) {
        Headers headers = Headers.of("Cookie", "sid=" + PlantedLogin.COOKIE + "-of-the-client", "Accept", "*/*")
                .and("X-Registry-Auth", PlantedLogin.CLIENT_PASSWORD)
                .and("Content-Type", body.startsWith("grant") ? "application/x-www-form-urlencoded" : "application/x");
        if (!authorization.isEmpty()) {
            headers = headers.and("Authorization", authorization);
        }
        RegistryRequest request = RegistryRequest.of(
                method,
                Target.parse(method, target),
                headers,
                Body.of(body.getBytes(StandardCharsets.ISO_8859_1)),
                CLIENT);
        Reply reply;
        try (RegistryResponse response = proxy.handle(request)) {
            byte[] content =
                    method.equals("HEAD") ? new byte[0] : response.body().readAll(1 << 20);
            reply = new Reply(
                    method + " " + target,
                    response.status(),
                    response.headers(),
                    new String(content, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // At the edge that is a 502, or a body that ends short.
            reply = new Reply(method + " " + target, 502, Headers.EMPTY, String.valueOf(e.getMessage()));
        }
        replies.add(reply);
        return reply;
    }

    static Digest digest(String content) {
        return Digest.of(Digest.Algorithm.SHA256, content.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Whether an answer has a secret in it that its client did not ask for. */
    boolean tellsSecrets() {
        return replies.stream()
                .filter(reply -> !reply.target().contains("/_token"))
                .anyMatch(reply -> PlantedLogin.isIn(reply.toString()));
    }

    /** Whether the answers send clients to the evil one, with the login that they have for us. */
    boolean sendsClientsAway() {
        return replies.stream()
                .flatMap(reply -> List.of("Location", "Link", "WWW-Authenticate").stream()
                        .flatMap(name -> reply.headers().all(name).stream()))
                // A realm of Basic is a text.
                .filter(value -> !value.startsWith("Basic ") || value.contains("Bearer"))
                .anyMatch(value -> value.contains(sites.evilMark()));
    }

    /** Requests that came to a registry with a token of another repository. */
    List<Request> withForeignTokens() {
        return sites.atRegistry().stream().filter(sites::hasForeignToken).toList();
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        sites.close();
    }
}

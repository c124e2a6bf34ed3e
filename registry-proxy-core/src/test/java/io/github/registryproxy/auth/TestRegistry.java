package io.github.registryproxy.auth;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.Nullable;

/** A registry that wants tokens, its token server, a stranger, and a wire that notices responses left open. */
public final class TestRegistry implements AutoCloseable {
    public static final String USER = "ci";
    public static final String PASSWORD = "planted-word";
    public static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes());
    public static final Client CLIENT = new Client("192.0.2.7", URI.create("http://proxy.example:8080/r"));

    public final Transport transport;
    public final TestServer registry = new TestServer();
    public final TestServer realm = new TestServer();
    public final TestServer stranger = new TestServer();
    public final AtomicInteger open = new AtomicInteger();
    public final AtomicInteger openAtCall = new AtomicInteger();

    /** Which scopes each token grants. */
    public final Map<String, List<String>> tokens = new ConcurrentHashMap<>();

    private final AtomicInteger issued = new AtomicInteger();
    private volatile String life = ",\"expires_in\":300";

    public TestRegistry() throws IOException {
        this(new TestTransport());
    }

    public TestRegistry(Transport transport) throws IOException {
        this.transport = transport;
        registry.answering(request -> answer(request, bearer(request)));
        realm.answering(this::issue);
        stranger.answering(this::issue);
    }

    /** What follows the token in the token server's document. */
    public void setLife(String json) {
        life = json;
    }

    /** A 401 with that field, unless the request carries a token for its repository. */
    public MockResponse answer(RecordedRequest request, String... challenges) {
        List<String> granted =
                tokens.getOrDefault(TestServer.header(request, "Authorization").replace("Bearer ", ""), List.of());
        String name = repository(request);
        boolean pull = granted.stream().anyMatch(s -> s.startsWith("repository:" + name + ":") && s.contains("pull"));
        boolean known = !TestServer.header(request, "Authorization").isEmpty() && name.isEmpty();
        return pull || known ? TestServer.response(200, "content") : unauthorized(challenges);
    }

    public static MockResponse unauthorized(String... challenges) {
        MockResponse.Builder response =
                new MockResponse.Builder().code(401).body("{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}");
        for (String challenge : challenges) {
            response.addHeader("WWW-Authenticate", challenge);
        }
        return response.build();
    }

    public String bearer(RecordedRequest request) {
        return bearerAt(realm, request);
    }

    public static String bearerAt(TestServer server, RecordedRequest request) {
        String name = repository(request);
        String scope = name.isEmpty() ? "" : ",scope=\"repository:" + name + ":pull\"";
        return "Bearer realm=\"" + server.url("/token") + "\",service=\"fake\"" + scope;
    }

    public MockResponse issue(RecordedRequest request) {
        String text = request.getUrl().encodedQuery() == null
                ? ""
                : String.join(" ", request.getUrl().queryParameterValues("scope"));
        if (request.getMethod().equals("POST")) {
            text = io.github.registryproxy.protocol.Scope.render(io.github.registryproxy.protocol.TokenForm.parse(
                            request.getBody().toByteArray())
                    .scopes());
        }
        String authorization = TestServer.header(request, "Authorization");
        if (!authorization.isEmpty() && !authorization.equals(BASIC)) {
            return TestServer.status(401);
        }
        String token = "tok-" + issued.incrementAndGet();
        tokens.put(token, List.of(text.split(" ")));
        return TestServer.response(
                200, "{\"token\":\"" + token + "\"" + life + "}", "Content-Type", "application/json");
    }

    /** Of the path of a blob or manifest; empty for others. */
    public static String repository(RecordedRequest request) {
        String path = request.getUrl().encodedPath();
        int end = Math.max(Math.max(path.indexOf("/blobs/"), path.indexOf("/manifests/")), path.indexOf("/tags/"));
        return end < 0 ? "" : path.substring("/v2/".length(), end);
    }

    public UpstreamAuth.Builder auth(Credentials credentials) {
        return UpstreamAuth.builder(registry.origin(), transport)
                .credentials(CredentialsProvider.of(credentials))
                .trustedRealms(TrustedRealms.of(registry.origin(), List.of(realm.origin())));
    }

    public static Credentials basic() {
        return Credentials.basic(USER, PASSWORD);
    }

    /** The upstream as a handler: what stands where a real one would. */
    public RegistryHandler wire() {
        return request -> {
            openAtCall.accumulateAndGet(open.get(), Math::max);
            URI uri = URI.create(registry.origin() + request.target().render());
            RegistryResponse response = transport.send(
                    new TransportRequest(request.method(), uri, request.headers(), request.body(), AddressPolicy.ANY));
            open.incrementAndGet();
            return RegistryResponse.of(
                    response.status(),
                    response.headers(),
                    Body.of(
                            new Counted(response.body().source()),
                            response.body().length()));
        };
    }

    public static RegistryRequest request(String method, String target) {
        return RegistryRequest.of(method, Target.parse(method, target), Headers.EMPTY, Body.empty(), CLIENT);
    }

    public static RegistryRequest pull(String name) {
        return request("GET", "/v2/" + name + "/manifests/1.0");
    }

    /** The status; the response is closed. */
    public int status(UpstreamAuth auth, RegistryRequest request) throws IOException {
        try (RegistryResponse response = auth.handle(request, wire())) {
            return response.status();
        }
    }

    @Override
    public void close() {
        registry.close();
        realm.close();
        stranger.close();
    }

    private final class Counted implements BodySource {
        private final BodySource source;
        private boolean closed;

        Counted(BodySource source) {
            this.source = source;
        }

        @Override
        public @Nullable ByteBuffer read() throws IOException {
            return source.read();
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
            }
            source.close();
        }
    }
}

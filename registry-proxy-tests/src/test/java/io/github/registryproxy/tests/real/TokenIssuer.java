package io.github.registryproxy.tests.real;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * The realm of a docker-registry with token auth. It signs RS256 tokens: to anybody for pulling what is not called
 * private, to its one user for everything, by GET with Basic and by POST with {@code grant_type=password}.
 */
final class TokenIssuer implements AutoCloseable {
    static final String SERVICE = "rp-test";
    static final String ISSUER = "rp-issuer";
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

    private final String user;
    private volatile String password;
    private final TestCa.Certificate certificate;
    private final PrivateKey key;
    private final HttpServer server;
    private final AtomicInteger logins = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    TokenIssuer(TestCa.Certificate certificate, String user, String password) throws IOException {
        this.certificate = certificate;
        this.user = user;
        this.password = password;
        this.key = privateKey(certificate.key());
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/token", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    String realm() {
        return origin() + "/token";
    }

    Path rootCertificates() {
        return certificate.certificate();
    }

    /** A token for its user, for every scope asked. */
    String token(String... scopes) {
        return sign(user, List.of(scopes));
    }

    /** Tokens that were made before stay good until they end. */
    void changePassword(String next) {
        password = next;
    }

    /** How often somebody came with a name and a password. */
    int logins() {
        return logins.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean post = exchange.getRequestMethod().equals("POST");
            String query = post
                    ? new String(exchange.getRequestBody().readNBytes(1 << 16), UTF_8)
                    : exchange.getRequestURI().getRawQuery();
            Map<String, List<String>> fields = fields(query == null ? "" : query);
            String basic = exchange.getRequestHeaders().getFirst("Authorization");
            boolean named = basic != null || fields.containsKey("password");
            logins.addAndGet(named ? 1 : 0);
            boolean known = Http.basic(user, password).equals(basic)
                    || (List.of(user).equals(fields.get("username"))
                            && List.of(password).equals(fields.get("password")));
            if (named && !known) {
                reply(exchange, 401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}");
                return;
            }
            List<String> scopes = fields.getOrDefault("scope", List.of()).stream()
                    .flatMap(several -> List.of(several.split(" ")).stream())
                    .filter(scope -> !scope.isEmpty())
                    .toList();
            String token = known ? sign(user, scopes) : sign("", publicPulls(scopes));
            reply(exchange, 200, "{\"token\":\"%1$s\",\"access_token\":\"%1$s\",\"expires_in\":300}".formatted(token));
        }
    }

    private static void reply(HttpExchange exchange, int status, String json) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, json.length());
        exchange.getResponseBody().write(json.getBytes(UTF_8));
    }

    private static List<String> publicPulls(List<String> scopes) {
        return scopes.stream()
                .filter(scope -> scope.startsWith("repository:") && !scope.contains("/private"))
                .map(scope -> scope.substring(0, scope.lastIndexOf(':')) + ":pull")
                .toList();
    }

    private String sign(String subject, List<String> scopes) {
        String access = scopes.stream()
                .map(scope -> scope.split(":", 3))
                .map(parts -> "{\"type\":\"%s\",\"name\":\"%s\",\"actions\":[\"%s\"]}"
                        .formatted(parts[0], parts[1], parts[2].replace(",", "\",\"")))
                .collect(Collectors.joining(","));
        long now = Instant.now().getEpochSecond();
        String claims =
                ("{\"iss\":\"%s\",\"sub\":\"%s\",\"aud\":\"%s\",\"exp\":%d,\"nbf\":%d,\"iat\":%d,\"jti\":\"%s\","
                                + "\"access\":[%s]}")
                        .formatted(ISSUER, subject, SERVICE, now + 300, now - 10, now, UUID.randomUUID(), access);
        try {
            String header = "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\"%s\"]}"
                    .formatted(Base64.getEncoder().encodeToString(pem(rootCertificates())));
            String signed =
                    URL.encodeToString(header.getBytes(UTF_8)) + "." + URL.encodeToString(claims.getBytes(UTF_8));
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(signed.getBytes(UTF_8));
            return signed + "." + URL.encodeToString(signature.sign());
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError("cannot sign", e);
        }
    }

    private static Map<String, List<String>> fields(String form) {
        Map<String, List<String>> fields = new HashMap<>();
        for (String field : form.split("&")) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.computeIfAbsent(field.substring(0, equals), name -> new ArrayList<>())
                        .add(URLDecoder.decode(field.substring(equals + 1), UTF_8));
            }
        }
        return fields;
    }

    private static PrivateKey privateKey(Path file) throws IOException {
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pem(file)));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static byte[] pem(Path file) throws IOException {
        return Base64.getMimeDecoder().decode(Files.readString(file).replaceAll("-----[A-Z ]+-----", ""));
    }
}

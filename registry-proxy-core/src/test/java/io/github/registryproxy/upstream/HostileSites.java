package io.github.registryproxy.upstream;

import io.github.registryproxy.protocol.Query;
import io.github.registryproxy.protocol.Scope;
import io.github.registryproxy.protocol.TokenForm;
import io.github.registryproxy.upstream.RecordingServer.Answer;
import io.github.registryproxy.upstream.RecordingServer.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A registry that turns evil in its repository {@code app}, its token server, and the host of an attacker, each with a socket
 * of its own, or all of them behind one egress proxy, which may be asked for any host there is.
 */
final class HostileSites implements AutoCloseable {
    private final HostileRow row;
    private final PlantedLogin login;
    private final List<RecordingServer> servers = new ArrayList<>();
    private final List<RecordingServer> evils = new ArrayList<>();
    private final List<Request> atRegistry = new CopyOnWriteArrayList<>();
    private final List<Request> atRealm = new CopyOnWriteArrayList<>();
    private final List<Request> atEvil = new CopyOnWriteArrayList<>();
    private final Map<String, List<String>> tokens = new ConcurrentHashMap<>();
    private final AtomicInteger issued = new AtomicInteger();
    private final URI registry;
    private final URI realm;
    private final String evil;

    private HostileSites(HostileRow row, PlantedLogin login, @Nullable SSLContext tls) throws IOException {
        this.row = row;
        this.login = login;
        String scheme = tls == null ? "http://" : "https://";
        registry = URI.create(
                scheme + "127.0.0.1:" + serve(tls).answering(this::registry).port());
        realm = URI.create(
                scheme + "127.0.0.1:" + serve(tls).answering(this::realm).port());
        RecordingServer attacker = serve(null).answering(this::evil);
        evils.add(attacker);
        evil = "127.0.0.1:" + attacker.port();
        listenByIpv6(attacker.port());
    }

    private HostileSites(HostileRow row, PlantedLogin login, RecordingServer proxy, String evil) {
        this.row = row;
        this.login = login;
        this.evil = evil;
        registry = URI.create("http://registry.test");
        realm = URI.create("http://realm.test");
        proxy.answering(this::proxied);
    }

    static HostileSites onSockets(HostileRow row, PlantedLogin login, SSLContext tls) throws IOException {
        return new HostileSites(row, login, row.isSecure() ? tls : null);
    }

    /** @param evil the host where the attacker is, as in a URI */
    static HostileSites behind(RecordingServer proxy, HostileRow row, PlantedLogin login, String evil) {
        return new HostileSites(row, login, proxy, evil);
    }

    private RecordingServer serve(@Nullable SSLContext tls) throws IOException {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        RecordingServer server = new RecordingServer(
                tls == null
                        ? new ServerSocket(0, 50, loopback)
                        : tls.getServerSocketFactory().createServerSocket(0, 50, loopback));
        servers.add(server);
        return server;
    }

    /** Where there is IPv6, the attacker is there too. */
    private void listenByIpv6(int port) {
        try {
            RecordingServer server = new RecordingServer(new ServerSocket(port, 50, InetAddress.getByName("::1")));
            servers.add(server.answering(this::evil));
            evils.add(server);
        } catch (IOException e) {
            return; // no IPv6 here, or somebody else is there
        }
    }

    URI registry() {
        return registry;
    }

    URI realm() {
        return realm;
    }

    List<Request> atRegistry() {
        return atRegistry;
    }

    List<Request> atRealm() {
        return atRealm;
    }

    List<Request> atEvil() {
        return atEvil;
    }

    /** How many came to the attacker's socket, to say something or not; behind a proxy, how many wanted to. */
    int connectionsToEvil() {
        return evils.isEmpty()
                ? atEvil.size()
                : evils.stream().mapToInt(RecordingServer::connections).sum();
    }

    /** What is in every address of the attacker: the port, where there is one of its own. */
    String evilMark() {
        return evils.isEmpty() ? "//" + evil : evil.substring(evil.lastIndexOf(':'));
    }

    /** Everything that was said to those who may know. */
    String heardByTheGood() {
        return text(Stream.concat(atRegistry.stream(), atRealm.stream()).toList());
    }

    String heardByTheRegistry() {
        return text(atRegistry);
    }

    static String text(List<Request> requests) {
        StringBuilder all = new StringBuilder();
        requests.forEach(request -> all.append(request.bytes()).append('\n'));
        return all.toString();
    }

    /** Every manifest and every blob: an image one of whose layers lives elsewhere. */
    String content() {
        String urls = row.is("manifest") ? filled(row.says()) : "https://elsewhere.example/layer";
        String layer = "{\"mediaType\":\"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip\",\"size\":9,"
                + "\"digest\":\"sha256:" + "a".repeat(64) + "\",\"urls\":[\"" + urls + "\"]}";
        return "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":" + layer
                + ",\"layers\":[" + layer + "]}";
    }

    private String filled(String template) {
        return template.replace("{evil}", evil)
                .replace("{port}", evil.substring(evil.lastIndexOf(':') + 1))
                .replace("{registry}", registry.getRawAuthority())
                .replace("{realm}", realm.getRawAuthority());
    }

    private Answer proxied(Request request) {
        URI target = URI.create(request.target());
        String path = target.getRawPath() + (target.getRawQuery() == null ? "" : "?" + target.getRawQuery());
        Request there = new Request(request.method(), path, request.fields(), request.bytes());
        if (registry.getRawAuthority().equals(target.getRawAuthority())) {
            return registry(there);
        }
        return realm.getRawAuthority().equals(target.getRawAuthority()) ? realm(there) : evil(there);
    }

    private Answer registry(Request request) {
        atRegistry.add(request);
        return said(request).with("Set-Cookie", "session=" + PlantedLogin.COOKIE);
    }

    private Answer said(Request request) {
        boolean bad = repository(request).equals("app") || request.path().equals("/v2/");
        if (bad && row.is("challenge")) {
            Answer answer = Answer.of(401);
            for (String line : row.says().split(" ;; ")) {
                answer = answer.with("WWW-Authenticate", filled(line));
            }
            return answer;
        }
        if (!letsIn(request)) {
            return Answer.of(401, "WWW-Authenticate", goodChallenge());
        }
        return bad ? badAnswer(request) : goodAnswer(request);
    }

    private String goodChallenge() {
        return login.isByToken() ? "Bearer realm=\"" + realm + "/token\",service=\"fake\"" : "Basic realm=\"fake\"";
    }

    private boolean letsIn(Request request) {
        String authorization = request.field("authorization");
        if (login == PlantedLogin.BASIC) {
            return authorization.equals(PlantedLogin.basic("keeper", PlantedLogin.PASSWORD));
        }
        if (login == PlantedLogin.HEADER) {
            return authorization.equals(PlantedLogin.HEADER_VALUE);
        }
        return tokens.containsKey(authorization) && !hasForeignToken(request);
    }

    boolean hasForeignToken(Request request) {
        List<String> scopes = tokens.get(request.field("authorization"));
        String wanted = "repository:" + repository(request) + ":";
        return scopes != null
                && !repository(request).isEmpty()
                && scopes.stream().noneMatch(scope -> scope.startsWith(wanted));
    }

    private static String repository(Request request) {
        String[] segments = request.path().split("/");
        return segments.length > 2 ? segments[2] : "";
    }

    private Answer badAnswer(Request request) {
        String kind = request.path().contains("/blobs/uploads/")
                ? "upload"
                : List.of("blob", "manifest", "tags", "referrers").stream()
                        .filter(one -> request.path().contains("/" + one))
                        .findFirst()
                        .orElse("");
        List<String> words = row.words();
        boolean redirects = words.size() == 3
                && words.get(0).equals(request.method())
                && words.get(1).equals(kind);
        Answer good = goodAnswer(request);
        if (redirects) {
            return Answer.of(Integer.parseInt(words.get(2)), "Location", filled(row.says()));
        }
        boolean moves = (row.is("upload at") && request.method().equals("POST"))
                || (row.is("upload goes on at") && request.method().equals("PATCH"))
                || (row.is("created at") && good.status() == 201);
        if (moves) {
            return Answer.of(good.status(), "Location", filled(row.says()));
        }
        return row.is("link") && kind.equals("tags") ? good.with("Link", filled(row.says())) : good;
    }

    private Answer goodAnswer(Request request) {
        return switch (request.method()) {
            case "POST", "PATCH" -> Answer.of(202, "Location", "/v2/app/blobs/uploads/1?_state=abc");
            case "PUT" -> Answer.of(201, "Location", request.path());
            case "DELETE" -> Answer.of(204);
            default ->
                request.path().contains("/tags/")
                        ? Answer.of(200, "Content-Type", "application/json").body("{\"name\":\"app\",\"tags\":[\"1\"]}")
                        : manifest();
        };
    }

    private Answer manifest() {
        return Answer.of(
                        200,
                        "Content-Type",
                        "application/vnd.oci.image.manifest.v1+json",
                        "Docker-Content-Digest",
                        HostileWorld.digest(content()).toString())
                .body(content());
    }

    private Answer realm(Request request) {
        atRealm.add(request);
        List<String> scopes = scopes(request);
        boolean forApp = scopes.stream().anyMatch(scope -> scope.startsWith("repository:app:"));
        List<String> words = row.words();
        if (words.get(0).equals("realm") && forApp) {
            return words.get(1).equals("challenge")
                    ? Answer.of(401, "WWW-Authenticate", filled(row.says()))
                    : Answer.of(Integer.parseInt(words.get(1)), "Location", filled(row.says()));
        }
        boolean known = switch (login) {
            case TOKEN -> request.field("authorization").equals(PlantedLogin.basic("keeper", PlantedLogin.PASSWORD));
            case CLIENT ->
                request.field("authorization").equals(PlantedLogin.basic("client", PlantedLogin.CLIENT_PASSWORD));
            case IDENTITY -> request.bytes().contains(PlantedLogin.REFRESH_TOKEN);
            default -> true;
        };
        if (!known) {
            return Answer.of(401);
        }
        String token = PlantedLogin.TOKENS + issued.incrementAndGet();
        tokens.put("Bearer " + token, scopes);
        return Answer.of(200, "Content-Type", "application/json").body("{\"token\":\"" + token + "\"}");
    }

    private static List<String> scopes(Request request) {
        if (request.method().equals("POST")) {
            String form = request.bytes().substring(request.bytes().indexOf("\r\n\r\n") + 4);
            return TokenForm.parse(form.getBytes(StandardCharsets.ISO_8859_1)).scopes().stream()
                    .map(Scope::toString)
                    .toList();
        }
        int query = request.target().indexOf('?');
        return query < 0
                ? List.of()
                : Query.parse(request.target().substring(query + 1)).all("scope");
    }

    /** Serves what is asked for, so that whoever came wrongly goes on. */
    private Answer evil(Request request) {
        atEvil.add(request);
        return switch (request.path()) {
            case "/token" ->
                Answer.of(200, "Content-Type", "application/json").body("{\"token\":\"evil-" + login + "\"}");
            case "/asks" -> Answer.of(401, "WWW-Authenticate", "Basic realm=\"storage\"");
            case "/asks-for-tokens" -> Answer.of(401, "WWW-Authenticate", goodChallenge());
            case "/again" -> Answer.of(307, "Location", "http://" + evil + "/content");
            case "/back" -> Answer.of(307, "Location", registry + "/v2/app/blobs/" + HostileWorld.digest(content()));
            case "/cut" -> request.field("range").isEmpty() ? manifest().halved() : part(request.field("range"));
            case "/no-head" -> request.method().equals("HEAD") ? Answer.of(403) : part("bytes=0-0");
            default -> evilUpload(request);
        };
    }

    private Answer evilUpload(Request request) {
        return switch (request.method()) {
            case "POST", "PATCH" -> Answer.of(202, "Location", "http://" + evil + "/upload?n=" + atEvil.size());
            case "PUT" -> Answer.of(201, "Location", "http://" + evil + "/created");
            default -> manifest();
        };
    }

    private Answer part(String range) {
        String[] bounds = range.replace("bytes=", "").split("-");
        int from = Integer.parseInt(bounds[0]);
        int to = bounds.length > 1 ? Integer.parseInt(bounds[1]) : content().length() - 1;
        return Answer.of(
                        206,
                        "Content-Range",
                        "bytes " + from + "-" + to + "/" + content().length())
                .body(content().substring(from, to + 1));
    }

    @Override
    public void close() throws IOException {
        for (RecordingServer server : servers) {
            server.close();
        }
    }
}

package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.facade.Listener;
import io.github.registryproxy.facade.SiteConfiguration;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.server.config.ConfigurationFile;
import io.github.registryproxy.testing.FakeRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A site by a configuration file, with a registry behind that is UPSTREAM to it, over sockets. */
final class SiteServer implements AutoCloseable {
    private final FakeRegistry upstream = new FakeRegistry();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Path dir;
    private final ProxyServer registry;
    private @Nullable Facade facade;
    private @Nullable ProxyServer server;

    /** The registry runs; its site begins with a file. */
    SiteServer(Path dir) throws CannotListenException {
        this.dir = dir;
        registry = new ProxyServer(
                new Listener(Optional.of("127.0.0.1"), 0, Optional.empty(), Duration.ZERO, 20), Servlets.of(upstream));
        registry.start();
    }

    /** What is behind. */
    FakeRegistry upstream() {
        return upstream;
    }

    /** How often a manifest was asked for there. */
    long manifestsAsked() {
        return upstream.requestLines().stream()
                .filter(line -> line.contains("/manifests/"))
                .count();
    }

    Path file() {
        return dir.resolve("site.yaml");
    }

    Map<String, String> environment() {
        return Map.of(
                "PORT",
                "0",
                "DATA_DIR",
                dir.resolve("data").toString(),
                "UPSTREAM",
                "http://127.0.0.1:" + registry.port());
    }

    void start(Path file, Metrics metrics) throws Exception {
        SiteConfiguration said = new ConfigurationFile(file, environment()).read();
        facade = Facade.of(metrics, said);
        server = new ProxyServer(said.listener(), Servlets.of(facade));
        server.start();
    }

    void start(String yaml) throws Exception {
        start(Files.writeString(file(), yaml), Metrics.NONE);
    }

    /** What changed. */
    List<String> change(String yaml) throws Exception {
        Path file = Files.writeString(file(), yaml);
        return facade().change(new ConfigurationFile(file, environment()).read());
    }

    Facade facade() {
        return Objects.requireNonNull(facade);
    }

    int port() {
        return Objects.requireNonNull(server).port();
    }

    URI at(String host, String target) {
        return URI.create("http://" + host + ":" + port() + target);
    }

    HttpResponse<String> ask(String method, URI target, String... fields) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(target)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("Accept", "*/*");
        for (int i = 0; i < fields.length; i += 2) {
            request.header(fields[i], fields[i + 1]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> ask(String method, String target, String... fields) throws IOException, InterruptedException {
        return ask(method, at("127.0.0.1", target), fields);
    }

    int status(String target) throws IOException, InterruptedException {
        return ask("GET", target).statusCode();
    }

    /** An image of one empty configuration and nothing else. */
    void push(String repository, String tag) throws IOException, InterruptedException {
        String blob = "{}";
        Digest digest = Digest.of(Digest.Algorithm.SHA256, blob.getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> started = ask("POST", "/v2/" + repository + "/blobs/uploads/");
        assertEquals(202, started.statusCode(), started.body());
        URI location = at("127.0.0.1", "/")
                .resolve(started.headers().firstValue("Location").orElseThrow());
        String query = location.getRawQuery() == null ? "?" : "&";
        put(URI.create(location + query + "digest=" + digest), blob, "application/octet-stream");
        String manifest = """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":\
                "application/vnd.oci.empty.v1+json","digest":"DIGEST","size":2},"layers":[]}""".replace("DIGEST", digest.toString());
        put(
                at("127.0.0.1", "/v2/" + repository + "/manifests/" + tag),
                manifest,
                "application/vnd.oci.image.manifest.v1+json");
    }

    private void put(URI target, String body, String type) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(target)
                .header("Content-Type", type)
                .PUT(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(201, answer.statusCode(), answer.body());
    }

    /** Waits until all that is asked has been answered, and stops to listen. */
    void drain() {
        if (server != null) {
            server.drain();
            server = null;
        }
    }

    @Override
    public void close() {
        drain();
        if (facade != null) {
            facade.close();
        }
        registry.drain();
    }
}

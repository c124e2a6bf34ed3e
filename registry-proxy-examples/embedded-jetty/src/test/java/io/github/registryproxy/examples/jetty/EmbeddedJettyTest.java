package io.github.registryproxy.examples.jetty;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.servlet.RegistryProxyServlet;
import io.github.registryproxy.testing.FakeRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;

class EmbeddedJettyTest {
    @Test
    void images_are_served_beside_the_application_s_own_pages() throws Exception {
        FakeRegistry content = new FakeRegistry();
        Digest digest = content.image("team/a/app", "1.0", new byte[100_000]);
        Server registry = serve(content);
        Server app = EmbeddedJetty.start(URI.create("http://127.0.0.1:" + port(registry)), "team/a", 0);
        try {
            assertEquals("Hello from the application\n", get(app, "/hello").body());
            HttpResponse<String> manifest = get(app, "/v2/app/manifests/1.0");
            assertEquals(200, manifest.statusCode());
            assertEquals(
                    digest, Digest.of(Digest.Algorithm.SHA256, manifest.body().getBytes(StandardCharsets.UTF_8)));
            assertEquals(
                    "{\"name\":\"app\",\"tags\":[\"1.0\"]}",
                    get(app, "/v2/app/tags/list").body());
        } finally {
            app.stop();
            registry.stop();
        }
    }

    private static Server serve(RegistryHandler handler) throws Exception {
        ServletContextHandler context = new ServletContextHandler("/", ServletContextHandler.NO_SESSIONS);
        context.addServlet(new ServletHolder(new RegistryProxyServlet(handler)), "/*");
        Server server = new Server(0);
        server.setHandler(context);
        server.start();
        return server;
    }

    private static int port(Server server) {
        return server.getURI().getPort();
    }

    private static HttpResponse<String> get(Server server, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(server) + path))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}

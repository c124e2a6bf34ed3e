package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients who log in at one of several registries behind a site. */
class SiteTokensTest {
    private final MockWebServer registry = new MockWebServer();

    @TempDir
    private Path dir;

    private SiteServer site;

    @BeforeEach
    void start() throws Exception {
        registry.start(InetAddress.getLoopbackAddress(), 0);
        site = new SiteServer(dir);
        site.start("""
                listen: {port: 0}
                upstreams:
                  open: {address: "${UPSTREAM}"}
                  closed: {address: "CLOSED", credentials: {client: true}}
                routes: [{repositories: "proxy/{upstream}", upstreams: [open, closed]}]
                """.replace("CLOSED", "http://127.0.0.1:" + registry.getPort()));
    }

    @AfterEach
    void stop() {
        site.close();
        registry.close();
    }

    private MockResponse challenge() {
        return new MockResponse.Builder()
                .code(401)
                .addHeader(
                        "WWW-Authenticate",
                        "Bearer realm=\"http://127.0.0.1:" + registry.getPort()
                                + "/token\",service=\"r\",scope=\"repository:app:pull\"")
                .build();
    }

    @Test
    void a_login_reaches_the_registry_that_it_is_for_and_no_other() throws Exception {
        registry.enqueue(challenge());
        HttpResponse<String> refused = site.ask("GET", "/v2/proxy/closed/app/manifests/1");
        assertEquals(401, refused.statusCode());
        assertEquals(
                "Bearer realm=\"" + site.at("127.0.0.1", "/_token")
                        + "\",service=\"r\",scope=\"repository:proxy/closed/app:pull\"",
                refused.headers().firstValue("WWW-Authenticate").orElseThrow().replace(", ", ","));
        registry.takeRequest();

        registry.enqueue(new MockResponse.Builder()
                .code(200)
                .addHeader("Content-Type", "application/json")
                .body("{\"token\":\"t\"}")
                .build());
        URI token = site.at(
                "127.0.0.1",
                "/_token?service=r&scope=repository:proxy/closed/app:pull&scope=repository:proxy/open/app:pull");
        HttpResponse<String> granted = site.ask("GET", token, "Authorization", "Basic bWU6cHc=");
        assertEquals(200, granted.statusCode(), granted.body());
        RecordedRequest asked = registry.takeRequest();
        assertEquals("Basic bWU6cHc=", asked.getHeaders().get("Authorization"));
        assertEquals("service=r&scope=repository:app:pull", asked.getUrl().encodedQuery());

        site.ask("GET", "/v2/proxy/open/app/manifests/1", "Authorization", "Bearer t");
        assertEquals(
                Optional.empty(), site.upstream().requests().get(0).headers().first("Authorization"));
    }
}

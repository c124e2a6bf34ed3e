package io.github.registryproxy.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.TokenGrant;
import io.github.registryproxy.protocol.Challenge;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Scope;
import io.github.registryproxy.protocol.Target;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rules of a login decide about places: the same for every spelling, over every kind of route, rule and operation. */
class OneDecisionTest {
    private static final String HASH = "$2y$05$fiQXjb5vDTnBW1aSlzlI5O/VSi/aA4akL7XE41OUFDfa1xK5Laqlu";
    private static final String LOGIN =
            "Basic " + Base64.getEncoder().encodeToString("alice:sesam öffne dich".getBytes(UTF_8));
    private static final String INNER = "http://10.0.0.1:5000";
    private static final byte[] LAYER = "a layer".getBytes(UTF_8);

    @TempDir
    private Path dir;

    private SiteServer site;
    private Digest layer;

    @BeforeEach
    void listen() throws Exception {
        site = new SiteServer(dir);
        for (String name : List.of("library/priv", "library/open")) {
            site.upstream().image(name, "1", LAYER);
        }
        layer = site.upstream().blob("library/priv", LAYER);
        Files.writeString(dir.resolve("users"), "alice:" + HASH + "\n");
    }

    @AfterEach
    void stop() {
        site.close();
    }

    /** A client's spelling of a repository: a path with NAME in it, by a host, and with a namespace or none. */
    private record Spelling(String base, String path, String ns) {
        String target(String name, String rest) {
            String target = "/v2/" + path.replace("NAME", name) + rest;
            return ns.isEmpty() ? target : target + (rest.contains("?") ? "&" : "?") + "ns=" + ns;
        }
    }

    /** Sets of routes, with the canonical name they make. */
    private enum Kind {
        NAMES("proxy/vendor.example/", "{repositories: \"proxy/{upstream}\", upstreams: vendor, push: true}"),
        ROOT("", "{repositories: \"\", upstreams: vendor, push: true}"),
        NAMESPACES("vendor.example/", "{namespaces: true, upstreams: vendor}"),
        HOST("vendor.example/", "{host: vendor.site, upstreams: vendor, push: true, catalog: true}"),
        NAMES_AND_DOORS("proxy/vendor.example/", NAMES.routes, NAMESPACES.routes, HOST.routes),
        ROOT_AND_DOORS("", ROOT.routes, NAMESPACES.routes, HOST.routes),
        ROOT_AND_NAMES("proxy/vendor.example/", ROOT.routes, NAMES.routes, NAMESPACES.routes),
        DOORS("vendor.example/", HOST.routes, NAMESPACES.routes),
        PREFIX("mirror/", "{repositories: mirror, upstreams: vendor, push: true}", HOST.routes, NAMESPACES.routes);

        private final String prefix;
        private final String routes;

        Kind(String prefix, String... routes) {
            this.prefix = prefix;
            this.routes = String.join("\n  - ", routes);
        }

        private List<Spelling> spellings() {
            List<Spelling> all = new ArrayList<>();
            for (String path : List.of("NAME", "library/NAME")) {
                if (routes.contains("proxy/")) {
                    for (String called : List.of("vendor", "vendor.example", "other.example")) {
                        all.add(new Spelling(INNER, "proxy/" + called + "/" + path, ""));
                        if (routes.contains("namespaces")) {
                            all.add(new Spelling(INNER, "proxy/" + called + "/" + path, "vendor.example"));
                        }
                    }
                }
                if (routes.contains("mirror")) {
                    all.add(new Spelling(INNER, "mirror/" + path, ""));
                    all.add(new Spelling(INNER, "mirror/" + path, "vendor"));
                }
                if (routes.contains("\"\"")) {
                    all.add(new Spelling(INNER, path, ""));
                }
                if (routes.contains("namespaces")) {
                    for (String ns : List.of("vendor", "vendor.example", "Other.Example", "vendor.port:5000")) {
                        all.add(new Spelling(INNER, path, ns));
                    }
                }
                if (routes.contains("host:")) {
                    for (String base :
                            List.of("https://vendor.site", "http://VENDOR.site:8080", "https://vendor.site.")) {
                        all.add(new Spelling(base, path, ""));
                    }
                    all.add(new Spelling(
                            INNER, path, routes.contains("namespaces") ? "vendor.site" : "vendor.site:443"));
                }
            }
            return all;
        }
    }

    private void start(Kind kind, String mode, String rules) throws Exception {
        site.start("""
                listen: {port: 0}
                store: {directory: "${DATA_DIR}"}
                HOSTED
                upstreams:
                  vendor: {address: "${UPSTREAM}", library: true, names: [vendor.example, other.example, "vendor.port:5000"]}
                routes:
                  - ROUTES
                login:
                  htpasswd: USERS
                  mode: MODE
                  rules: [RULES]
                """.replace("HOSTED", kind.routes.contains("\"\"") ? "" : "hosted: {push: true, catalog: true}")
                .replace("ROUTES", kind.routes)
                .replace("USERS", dir.resolve("users").toString())
                .replace("MODE", mode)
                .replace("RULES", rules));
    }

    private record Answer(int status, Headers headers, String body) {}

    private Answer ask(String method, String base, String target, String authorization) throws Exception {
        URI known = URI.create(base);
        RegistryRequest request = RegistryRequest.of(
                method,
                Target.parse(method, target),
                authorization.isEmpty() ? Headers.EMPTY : Headers.of("Authorization", authorization),
                Body.empty(),
                new Client("192.0.2.7", known));
        try (RegistryResponse response = site.facade().proxy().handle(request)) {
            return new Answer(
                    response.status(),
                    response.headers(),
                    new String(response.body().readAll(1 << 20), UTF_8));
        }
    }

    private List<String> reads() {
        return List.of(
                "GET /manifests/1",
                "HEAD /manifests/1",
                "GET /blobs/" + layer,
                "HEAD /blobs/" + layer,
                "GET /tags/list",
                "GET /referrers/" + layer);
    }

    private static List<String> writes() {
        return List.of("POST /blobs/uploads/", "DELETE /manifests/1");
    }

    private void decides(Kind kind, String rules, boolean reads, boolean writes) throws Exception {
        start(kind, "basic", rules);
        for (Spelling spelling : kind.spellings()) {
            for (String operation : reads()) {
                String[] asked = operation.split(" ");
                String target = spelling.target("priv", asked[1]);
                String shown = rules + ": " + asked[0] + " " + spelling.base + target;
                Answer answer = ask(asked[0], spelling.base, target, LOGIN);
                assertEquals(reads ? 200 : 404, answer.status, shown);
            }
            assertEquals(200, ask("GET", spelling.base, spelling.target("open", "/manifests/1"), LOGIN).status);
            for (String operation : writes()) {
                String[] asked = operation.split(" ");
                String target = spelling.target("priv", asked[1]);
                int status = ask(asked[0], spelling.base, target, LOGIN).status;
                boolean done = status == 202;
                boolean can = writes && !isRead(spelling);
                assertEquals(can, done, rules + ": " + operation + " " + spelling.base + target + " " + status);
                site.upstream().image("library/priv", "1", LAYER);
            }
        }
    }

    /** What {@code ns} names is read alone, whoever asks. */
    private static boolean isRead(Spelling spelling) {
        boolean own = spelling.ns.startsWith("vendor.site");
        boolean path = spelling.path.startsWith("proxy/") || spelling.path.startsWith("mirror/");
        return !spelling.ns.isEmpty() && !own && !path;
    }

    @ParameterizedTest
    @EnumSource
    void what_a_rule_denies_is_denied_by_every_spelling(Kind kind) throws Exception {
        String name = kind.prefix + "library/priv";
        decides(
                kind,
                "{who: logged-in, repositories: [\"!" + name + "\", \"**\"], allow: [pull, push, delete]}",
                false,
                false);
    }

    @ParameterizedTest
    @EnumSource
    void what_a_rule_allows_is_allowed_by_every_spelling(Kind kind) throws Exception {
        String below = kind.prefix + "library/";
        decides(
                kind,
                "{who: logged-in, repositories: [" + below + "open], allow: pull}," + "{who: logged-in, repositories: ["
                        + below + "priv], allow: [pull, push, delete]}",
                true,
                true);
    }

    @ParameterizedTest
    @EnumSource
    void a_rule_by_access_holds_for_every_spelling(Kind kind) throws Exception {
        decides(
                kind,
                "{who: logged-in, repositories: [\"" + kind.prefix + "library/*\"], allow: pull},"
                        + "{who: logged-in, repositories: [" + kind.prefix + "library/open], allow: [push, delete]}",
                true,
                false);
    }

    @ParameterizedTest
    @EnumSource
    void a_rule_about_an_upstream_holds_for_every_spelling(Kind kind) throws Exception {
        decides(
                kind,
                "{who: logged-in, upstreams: vendor, repositories: [\"!library/priv\", \"**\"], allow: [pull, push]}",
                false,
                false);
    }

    @ParameterizedTest
    @EnumSource
    void a_challenge_asks_for_the_canonical_scope_and_its_token_serves(Kind kind) throws Exception {
        String canonical = "repository:" + kind.prefix + "library/priv:pull";
        start(kind, "token", "{who: logged-in, allow: pull}");
        for (Spelling spelling : kind.spellings()) {
            String target = spelling.target("priv", "/manifests/1");
            Answer refused = ask("GET", spelling.base, target, "");
            Challenge challenge =
                    Challenge.parse(refused.headers.all("WWW-Authenticate")).get(0);
            String shown = spelling.base + target + " " + challenge;
            assertEquals(canonical, Scope.render(challenge.scopes()), shown);

            URI realm = URI.create(challenge.parameter("realm").orElseThrow());
            String query = (realm.getRawQuery() == null ? "" : realm.getRawQuery() + "&") + "scope=" + canonical;
            String token = token(spelling.base, query);
            assertEquals(200, ask("GET", spelling.base, target, token).status, shown);

            // As docker and podman ask: by the name that they know, of the same host; and containerd without the query.
            String used = spelling.path.replace("NAME", "priv");
            String ns = spelling.ns.isEmpty() ? "" : "&ns=" + spelling.ns;
            String own = token(spelling.base, "scope=repository:" + used + ":pull" + ns);
            assertEquals(200, ask("GET", spelling.base, target, own).status, shown);
            String bare = token(INNER, "scope=" + canonical);
            assertEquals(200, ask("GET", spelling.base, target, bare).status, shown);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_token_is_good_for_one_place_alone(Kind kind) throws Exception {
        start(kind, "token", "{who: logged-in, allow: pull}");
        Set<String> others =
                new LinkedHashSet<>(List.of("priv", "library/priv", "team/priv", "proxy/else/library/priv"));
        others.remove(kind.prefix + "library/priv");
        if (kind.prefix.isEmpty()) {
            others.remove("priv");
        }
        if (kind == Kind.ROOT_AND_NAMES) {
            others.removeAll(Set.of("priv", "library/priv"));
        }
        for (String other : others) {
            String token = token(INNER, "scope=repository:" + other + ":pull");
            for (Spelling spelling : kind.spellings()) {
                String target = spelling.target("priv", "/manifests/1");
                assertEquals(
                        401, ask("GET", spelling.base, target, token).status, other + " for " + spelling.base + target);
            }
        }
    }

    private String token(String base, String query) throws Exception {
        Answer granted = ask("GET", base, "/_token?" + query, LOGIN);
        assertEquals(200, granted.status, query);
        return "Bearer "
                + TokenGrant.parse(granted.body.getBytes(UTF_8), Instant.now())
                        .orElseThrow()
                        .token();
    }

    @ParameterizedTest
    @EnumSource
    void an_answer_is_in_the_client_s_spelling(Kind kind) throws Exception {
        site.upstream().image("library/priv", "2", LAYER);
        start(kind, "basic", "{who: logged-in, allow: [pull, push]}");
        for (Spelling spelling : kind.spellings()) {
            String used = spelling.path.replace("NAME", "priv");
            Answer tags = ask("GET", spelling.base, spelling.target("priv", "/tags/list?n=1"), LOGIN);
            String shown = spelling + " " + tags;
            assertTrue(tags.body.contains("\"" + used + "\""), shown);
            String link = tags.headers.first("Link").orElseThrow();
            assertTrue(link.startsWith("</v2/" + used + "/tags/list?"), shown);
            String next = link.substring(1, link.indexOf('>'));
            assertEquals(200, ask("GET", spelling.base, next, LOGIN).status, shown);
            if (!isRead(spelling)) {
                Answer begun = ask("POST", spelling.base, spelling.target("priv", "/blobs/uploads/"), LOGIN);
                String location = begun.headers.first("Location").orElseThrow();
                assertTrue(location.startsWith("/v2/" + used + "/blobs/uploads/"), location);
                assertEquals(202, ask("PATCH", spelling.base, location, LOGIN).status, location);
            }
        }
    }

    @Test
    void a_mount_is_decided_by_the_source_s_place() throws Exception {
        start(
                Kind.NAMES_AND_DOORS,
                "basic",
                "{who: logged-in, repositories: [\"!proxy/vendor.example/library/priv\", \"**\"], allow: [pull, push]}");
        for (Spelling spelling : Kind.NAMES_AND_DOORS.spellings()) {
            if (isRead(spelling)) {
                continue;
            }
            String from = spelling.path.replace("NAME", "priv");
            String rest = "/blobs/uploads/?mount=" + layer + "&from=" + from;
            assertEquals(202, ask("POST", spelling.base, spelling.target("other", rest), LOGIN).status, from);
            String open = spelling.path.replace("NAME", "open");
            rest = "/blobs/uploads/?mount=" + layer + "&from=" + open;
            assertEquals(201, ask("POST", spelling.base, spelling.target("other", rest), LOGIN).status, open);
        }
    }

    @Test
    void a_rule_about_an_upstream_allows_nothing_that_another_one_may_answer() throws Exception {
        String both = "{repositories: both, upstreams: [vendor, other]}\n  - {repositories: alone, upstreams: vendor}";
        site.start(
                """
                listen: {port: 0}
                upstreams:
                  vendor: {address: "${UPSTREAM}"}
                  other: {address: "${UPSTREAM}"}
                routes:
                  - BOTH
                login:
                  htpasswd: USERS
                  mode: basic
                  rules: [{who: logged-in, upstreams: vendor, allow: pull}]
                """.replace("BOTH", both).replace("USERS", dir.resolve("users").toString()));
        assertEquals(200, ask("GET", INNER, "/v2/alone/library/priv/manifests/1", LOGIN).status);
        assertEquals(404, ask("GET", INNER, "/v2/both/library/priv/manifests/1", LOGIN).status);
    }

    @Test
    void a_catalog_by_host_has_what_the_caller_may_pull_in_full_pages() throws Exception {
        for (String name : List.of("a/1", "a/2", "library/z", "m/1", "m/2", "m/3", "n/1")) {
            site.upstream().image(name, "1", LAYER);
        }
        start(
                Kind.NAMES_AND_DOORS,
                "basic",
                "{who: logged-in, allow: catalog}, {who: logged-in, upstreams: vendor, repositories: [\"a/2\", \"m/*\","
                        + " library/z], allow: pull}");
        List<String> pages = new ArrayList<>();
        String next = "/v2/_catalog?n=2";
        while (!next.isEmpty()) {
            Answer page = ask("GET", "https://vendor.site", next, LOGIN);
            assertEquals(200, page.status);
            pages.add(page.body);
            String link = page.headers.first("Link").orElse("<>");
            next = link.substring(1, link.indexOf('>'));
        }
        assertEquals("{\"repositories\":[\"a/2\",\"library/z\"]}", pages.get(0));
        assertEquals("{\"repositories\":[\"m/1\",\"m/2\"]}", pages.get(1));
        assertEquals("{\"repositories\":[\"m/3\"]}", pages.get(2));
        assertEquals("{\"repositories\":[]}", ask("GET", INNER, "/v2/_catalog", LOGIN).body, "nothing is hosted");
    }

    @Test
    void strangers_are_asked_for_a_login_before_they_learn_which_namespaces_there_are() throws Exception {
        start(Kind.NAMES_AND_DOORS, "token", "{who: logged-in, allow: pull}");
        assertEquals(401, ask("GET", INNER, "/v2/team/app/manifests/1?ns=evil.example", "").status);
        assertEquals(404, ask("GET", INNER, "/v2/team/app/manifests/1?ns=evil.example", LOGIN).status);
        assertEquals(401, ask("GET", INNER, "/v2/team/app/manifests/1?ns=vendor.example", "").status);
    }
}

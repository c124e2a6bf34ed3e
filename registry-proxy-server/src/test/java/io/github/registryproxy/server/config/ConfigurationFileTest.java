package io.github.registryproxy.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.facade.ConfigurationException;
import io.github.registryproxy.facade.SiteConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigurationFileTest {
    private static final String GOOD = """
            upstreams:
              hub: {address: "http://127.0.0.1:5000"}
            routes:
              - {repositories: "", upstreams: hub}
            """;

    @TempDir
    private Path dir;

    private SiteConfiguration read(String name, String text, Map<String, String> environment)
            throws IOException, ConfigurationException {
        return new ConfigurationFile(Files.writeString(dir.resolve(name), text), environment).read();
    }

    private SiteConfiguration read(String text) throws IOException, ConfigurationException {
        return read("t.yaml", text, Map.of());
    }

    private List<String> problems(String name, String text) {
        return assertThrows(ConfigurationException.class, () -> read(name, text, Map.of("SECRET", "hunter2")))
                .problems();
    }

    @Test
    void little_is_needed() throws Exception {
        SiteConfiguration said = read(GOOD);
        assertEquals(8080, said.listener().port());
        assertEquals(Optional.empty(), said.metricsListener());
        assertEquals(List.of(), said.warnings());
    }

    @Test
    void toml_says_the_same() throws Exception {
        String toml = """
                [listen]
                port = 5000
                drain = "1m"

                [upstreams.hub]
                address = "http://127.0.0.1:5000"
                names = ["docker.io"]

                [[routes]]
                repositories = "proxy/{upstream}"
                upstreams = ["hub"]
                push = true
                """;
        String yaml = """
                listen: {port: 5000, drain: 1m}
                upstreams:
                  hub: {address: "http://127.0.0.1:5000", names: [docker.io]}
                routes:
                  - {repositories: "proxy/{upstream}", upstreams: [hub], push: true}
                """;
        assertEquals(withoutOrigins(read("a.yaml", yaml, Map.of())), withoutOrigins(read("a.toml", toml, Map.of())));
        assertTrue(read("a.toml", toml, Map.of()).print().contains("push: true  # a.toml:12"));
    }

    private static String withoutOrigins(SiteConfiguration configuration) {
        return configuration.print().replaceAll(" {2}# .*", "");
    }

    @Test
    void a_variable_gives_a_number_and_a_switch() throws Exception {
        String text = GOOD + """
                listen: {port: "${PORT}", drain: "${DRAIN:5s}"}
                clients: {rate-limit: "${RATE:}"}
                """;
        SiteConfiguration said = read("t.yaml", text, Map.of("PORT", "0"));
        assertEquals(0, said.listener().port());
        assertEquals(5, said.listener().drain().toSeconds());
        assertTrue(said.print().contains("port: 0  # t.yaml:5, environment PORT"), said::print);
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("hosted: {pussh: true}", "hosted.pussh (t.yaml:1): no such key; did you mean push?"),
                Arguments.of("listen:\n  port: x", "listen.port=x (t.yaml:2): expected a number from 0 to 65535"),
                Arguments.of(
                        "listen: 5000", "listen (t.yaml:1): expected keys: port, host, tls, threads, drain, metrics"),
                Arguments.of(
                        "listen: {drain: soon}", "listen.drain=soon (t.yaml:1): expected a time up to 1h, such as 30s"),
                Arguments.of("hosted: {push: maybe}", "hosted.push=maybe (t.yaml:1): expected true or false"),
                Arguments.of("hosted: {push: [a]}", "hosted.push (t.yaml:1): expected true or false"),
                Arguments.of(
                        "hosted: {push: true}",
                        "hosted (t.yaml:1): expected store.directory beside it, where images are kept"),
                Arguments.of(
                        "hosted: {garbage-collection: {grace: -1}}",
                        "hosted.garbage-collection.grace=-1 (t.yaml:1): expected a time such as 1h or 7d"),
                Arguments.of("hosted: {quota: much}", "hosted.quota=much (t.yaml:1): expected a size such as 20GiB"),
                Arguments.of(
                        "hosted: {quota: [{repositories: a}]}", "hosted.quota[0] (t.yaml:1): expected the key size"),
                Arguments.of(
                        "hosted: {missing-content: ignore}",
                        "hosted.missing-content=ignore (t.yaml:1): expected refuse or sparse-indexes or accept"),
                Arguments.of(
                        "listen: {port: \"${NONE}\"}",
                        "listen.port (t.yaml:1): the environment has no NONE: set it, or write ${NONE:default}"),
                Arguments.of(
                        "upstreams:\n  hub:\n    names: [a.b]",
                        "upstreams.hub.address is missing: set"
                                + " upstreams.hub.address to the registry behind, such as gcr.io (https) or http://127.0.0.1:5001"),
                Arguments.of(
                        "upstreams:\n  hub: {address: gcr.io/team}",
                        "upstreams.hub.address=gcr.io/team (t.yaml:2): expected the registry behind, such as gcr.io"
                                + " (https) or http://127.0.0.1:5001, without user or path (a path goes into"
                                + " upstreams.hub.prefix)"),
                Arguments.of(
                        "upstreams:\n  Hub: {address: gcr.io}",
                        "upstreams.Hub (t.yaml:2): expected a name of lower-case letters and digits, with . _ - between"
                                + " them, of at most 64 characters"),
                Arguments.of(
                        "upstreams:\n  a: {address: a, names: [x.y]}\n  b: {address: b, names: [x.y]}",
                        "upstreams.b.names[0]=x.y (t.yaml:3): upstreams.a is called so already"),
                Arguments.of(
                        "upstreams:\n  a: {address: a, credentials: {username: me}}",
                        "upstreams.a.credentials.username=me (t.yaml:2): expected upstreams.a.credentials.password or"
                                + " upstreams.a.credentials.password-file beside it"),
                Arguments.of(
                        "upstreams:\n  a: {address: a, cache: {tag-ttl: 1m}}",
                        "upstreams.a.cache (t.yaml:2): expected store beside it, where what comes is kept"),
                Arguments.of(
                        "store: {directory: x}\nupstreams:\n  a: {address: a, blobs: redirect}",
                        "upstreams.a.blobs=redirect (t.yaml:3): what is redirected cannot be kept: leave it out, or"
                                + " write cache: false"),
                Arguments.of(
                        "routes:\n  - {repositories: Team, upstreams: a}",
                        "routes[0].repositories=Team (t.yaml:2): expected a repository name such as mirror,"
                                + " proxy/{upstream} for one of the upstreams' names, or nothing for all names"),
                Arguments.of(
                        "routes:\n  - {upstreams: a}",
                        "routes[0] (t.yaml:2): expected one of the keys repositories, host, namespaces: how it is taken"),
                Arguments.of(
                        "upstreams: {a: {address: a}}\nroutes:\n  - {host: h, upstreams: [b]}",
                        "routes[0].upstreams[0]=b (t.yaml:3): expected a key of upstreams: a"),
                Arguments.of(
                        "upstreams: {a: {address: a}}\nroutes:\n  - {host: h, upstreams: a}\n  - {host: H, upstreams: a}",
                        "routes (t.yaml:2): two of them are taken by the host h"),
                Arguments.of(
                        "upstreams: {a: {address: a}}\nhosted: {}\nroutes:\n  - {repositories: \"\", upstreams: a}",
                        "hosted (t.yaml:2): a route takes all names, so there are none for images of one's own"),
                Arguments.of(
                        "policies: {tags: [\"!a\"]}",
                        "policies.tags=!a (t.yaml:1): expected patterns, but nothing is allowed: expected a pattern"
                                + " without '!', such as '*'"),
                Arguments.of(
                        "policies: {minimum-age: 1d}",
                        "policies.minimum-age=1d (t.yaml:1): expected store.directory beside it, where first requests are"
                                + " remembered"),
                Arguments.of(
                        "upstreams: {a: {address: a, credentials: {client: true}}, b: {address: b}}\n"
                                + "routes:\n  - {repositories: c, upstreams: [a, b]}",
                        "routes (t.yaml:2): clients log in at upstreams.a, which can only be asked alone: not as one of"
                                + " several"),
                Arguments.of(
                        "upstreams: {a: {address: a, credentials: {client: true, header: Basic x}}}",
                        "upstreams.a.credentials.client (t.yaml:1): clients log in, or this site does: set only one of"
                                + " them"),
                Arguments.of("login: {mode: token}", "login (t.yaml:1): expected the key htpasswd"),
                Arguments.of(
                        "login: {rules: [{who: me, allow: pull}]}",
                        "login.rules[0].who=me (t.yaml:1): expected anybody, logged-in, user:NAME or group:NAME"),
                Arguments.of(
                        "login: {rules: [{who: anybody, allow: pul}]}",
                        "login.rules[0].allow=pul (t.yaml:1): expected pull or push or delete or catalog"),
                Arguments.of(
                        "listen: {port: 1}",
                        "routes (t.yaml:1): expected routes to upstreams, or hosted: there is nothing to serve"),
                Arguments.of("a: 1\nb: 2\na: 3", "a (t.yaml:3): the key is there twice"),
                Arguments.of("a: &x 1\nb: *x", "b (t.yaml:2): expected the value itself: aliases are not followed"),
                Arguments.of("a: 1\n---\nb: 2", "(t.yaml:3): expected one document"),
                Arguments.of("a: [1", "t.yaml:1: expected YAML, and this is none"),
                Arguments.of(
                        "[a]",
                        "(t.yaml:1): expected keys: listen, clients, store, hosted, upstreams, routes, policies, login"),
                Arguments.of(
                        "[".repeat(30) + "]".repeat(30),
                        "[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]"
                                + " (t.yaml:1): expected fewer levels"));
    }

    @ParameterizedTest
    @MethodSource
    void wrong(String text, String expected) {
        List<String> problems = problems("t.yaml", text);
        assertTrue(problems.contains(expected), () -> String.join("\n", problems));
        problems.forEach(problem -> assertEquals(1, problem.lines().count()));
    }

    @Test
    void all_that_is_wrong_is_told_at_once() {
        List<String> problems = problems("t.yaml", """
                listen: {port: x, metrics: y}
                upstreams:
                  hub: {adress: gcr.io, keep-alive: long, proxy: ftp://x}
                routes:
                  - {repositories: a, upstreams: [hbu], pusch: true}
                """);
        List<String> starts = List.of(
                "listen.port=x (t.yaml:1)",
                "listen.metrics=y (t.yaml:1)",
                "upstreams.hub.adress (t.yaml:3): no such key; did you mean address?",
                "upstreams.hub.address is missing",
                "upstreams.hub.keep-alive=long (t.yaml:3)",
                "upstreams.hub.proxy=ftp://x (t.yaml:3)",
                "routes[0].upstreams[0]=hbu (t.yaml:5)",
                "routes[0].pusch (t.yaml:5): no such key; did you mean push?");
        starts.forEach(start -> assertTrue(
                problems.stream().anyMatch(problem -> problem.startsWith(start)),
                () -> start + " is not in\n" + String.join("\n", problems)));
        assertEquals(starts.size(), problems.size(), () -> String.join("\n", problems));
    }

    @Test
    void toml_is_wrong_in_a_line_as_well() {
        assertEquals(
                List.of("t.toml:2: expected TOML, and this is none"), problems("t.toml", "[listen]\nport = = 1\n"));
        assertEquals(1, problems("t.toml", "[listen]\nport = 1\nport = 2\n").size());
        assertTrue(problems("t.toml", "[listen]\nprot = 1\n")
                .contains("listen.prot (t.toml:2): no such key; did you mean port?"));
    }

    @Test
    void a_secret_is_never_shown() throws Exception {
        for (String credentials : List.of(
                "header: \"${SECRET}\"",
                "password: \"${SECRET}\"",
                "password: \"hunter2${NONE}\"",
                "password: [hunter2]",
                "password: [hunter2",
                "password: \"hunter2\n",
                "pasword: hunter2")) {
            String text = "upstreams:\n  a:\n    address: a\n    credentials:\n      " + credentials;
            List<String> problems = problems("t.yaml", text);
            problems.forEach(problem -> assertFalse(problem.contains("hunter2"), problem));
        }
        String text = GOOD.replace("5000\"}", "5000\", credentials: {username: me, password: \"${SECRET}\"}}");
        SiteConfiguration said = read("t.yaml", text, Map.of("SECRET", "hunter2"));
        assertFalse(said.print().contains("hunter2"));
        assertTrue(said.print().contains("password: \"***\"  # t.yaml:2, environment SECRET"), said::print);
    }

    @Test
    void a_file_is_no_larger_than_a_mebibyte() {
        assertEquals(
                List.of(dir.resolve("t.yaml") + ": expected a file of at most 1 MiB"),
                problems("t.yaml", GOOD + "#".repeat(1024 * 1024)));
    }

    @Test
    void another_kind_of_file_is_refused() {
        assertEquals(
                List.of(dir.resolve("t.json") + ": expected a name that ends in .yaml, .yml or .toml"),
                problems("t.json", "{}"));
        Path none = dir.resolve("none.yaml");
        ConfigurationException refused =
                assertThrows(ConfigurationException.class, () -> new ConfigurationFile(none, Map.of()).read());
        assertEquals(List.of(none + ": expected a file that can be read (NoSuchFileException)"), refused.problems());
    }

    @Test
    void what_may_not_be_meant_is_told() throws Exception {
        String text = "store: {directory: x}\nhosted: {push: true}\n"
                + GOOD.replace("\"\"", "p")
                        .replace("upstreams: hub}", "upstreams: hub, push: true}")
                        .replace("5000\"}", "5000\", credentials: {username: me, password: x}}\n  other: {address: a}");
        assertEquals(
                List.of(
                        "hosted.push without a login: whoever reaches this site can push",
                        "push to upstreams.hub without a login: whoever reaches this site can push and delete at"
                                + " http://127.0.0.1:5000",
                        "upstreams.other is in no route"),
                read(text).warnings());
    }

    @Test
    void name_in_a_file_has_at_most_64_characters() throws Exception {
        String longest = "h".repeat(64);
        read(GOOD.replace("hub", longest));
        String longer = longest + "h";
        assertTrue(problems("t.yaml", GOOD.replace("hub", longer)).get(0).contains("of at most 64 characters"));
    }

    @Test
    void times_of_garbage_collection_are_ten_years_at_most() {
        String grace = "hosted: {garbage-collection: {grace: %s}}\n";
        String expected = "hosted.garbage-collection.grace=3651d";
        assertTrue(problems("t.yaml", GOOD + grace.formatted("3651d")).stream()
                .anyMatch(problem -> problem.startsWith(expected)));
        assertFalse(problems("t.yaml", GOOD + grace.formatted("3650d")).stream()
                .anyMatch(problem -> problem.contains("grace")));
    }
}

package io.github.registryproxy.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.facade.ConfigurationException;
import io.github.registryproxy.facade.SiteConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A rule that no request can meet is refused, with the name to write in its place. */
class RuleNamesTest {
    private static final String HASH = "$2y$05$fiQXjb5vDTnBW1aSlzlI5O/VSi/aA4akL7XE41OUFDfa1xK5Laqlu";
    private static final String TEAM = """
            store: {directory: data}
            hosted: {push: true, quota: [{repositories: "QUOTA", size: 1GiB}]}
            upstreams:
              docker-hub: {address: r.example, names: [docker.io, index.docker.io], library: true}
              ghcr: {address: r.example, names: [ghcr.io]}
              ours: {address: r.example}
            routes:
              - {repositories: "proxy/{upstream}", upstreams: [docker-hub, ghcr]}
              - {namespaces: true, upstreams: [docker-hub, ghcr, ours]}
              - {host: hub.example.com, upstreams: docker-hub}
            login:
              htpasswd: USERS
              rules:
                - {who: logged-in, allow: pull}
                - {who: logged-in, repositories: ["GLOB", "**"], allow: pull}
            """;

    @TempDir
    private Path dir;

    private Path users;

    @BeforeEach
    void write() throws IOException {
        users = Files.writeString(dir.resolve("users"), "alice:" + HASH + "\n");
    }

    private SiteConfiguration read(String text) throws Exception {
        Path file = Files.writeString(dir.resolve("t.yaml"), text.replace("USERS", users.toString()));
        return new ConfigurationFile(file, Map.of()).read();
    }

    private List<String> problems(String text) {
        return assertThrows(ConfigurationException.class, () -> read(text)).problems();
    }

    private static String team(String glob) {
        return TEAM.replace("GLOB", glob).replace("QUOTA", "team/**");
    }

    @ParameterizedTest
    @CsvSource({
        "!proxy/docker-hub/team/*, what it may mean is called proxy/docker.io/team/* here",
        "proxy/index.docker.io/**, what it may mean is called proxy/docker.io/** here",
        "proxy/docker.io/alpine, what it may mean is called proxy/docker.io/library/alpine here",
        "proxy/docker.io/*, what it may mean is called proxy/docker.io/library/* here",
        "proxy/quay.io/**, 'names begin with proxy/docker.io/, proxy/ghcr.io/, ours/'",
    })
    void a_name_that_no_request_has_is_refused(String glob, String advice) {
        String shown = "login.rules[1].repositories[0]=" + glob + " (t.yaml:15): no request has such a name: ";
        List<String> problems = problems(team(glob));
        assertEquals(1, problems.size());
        assertEquals(shown + advice, problems.get(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "!proxy/docker.io/library/alpine",
                "proxy/docker.io/**",
                "proxy/*/team/*",
                "*/docker.io/team/app",
                "**/alpine",
                "proxy/ghcr.io/*",
                "ours/app",
                "team/**",
                "docker.io/library/alpine",
                "p?oxy/quay.io/app",
                "proxy",
                "**"
            })
    void a_name_that_a_request_has_is_taken(String glob) throws Exception {
        read(team(glob));
    }

    @Test
    void without_hosted_images_names_by_namespace_begin_with_their_registry() {
        String text = """
                upstreams: {hub: {address: r.example, names: [docker.io], library: true}}
                routes: [{namespaces: true, upstreams: hub}]
                login:
                  htpasswd: USERS
                  rules: [{who: logged-in, repositories: [library/**, alpine, "**"], allow: pull}]
                """;
        assertEquals(
                List.of(
                        "login.rules[0].repositories[0]=library/** (t.yaml:5): no request has such a name: what it may mean"
                                + " is called docker.io/library/** here",
                        "login.rules[0].repositories[1]=alpine (t.yaml:5): no request has such a name: what it may mean is"
                                + " called docker.io/library/alpine here"),
                problems(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "upstreams: nobody| upstreams=nobody (t.yaml:14): expected a key of upstreams: docker-hub, ghcr, ours",
                "upstreams: docker-hub, repositories: alpine| repositories=alpine (t.yaml:14): no repository there has such"
                        + " a name: of one component they are below library/",
            })
    void a_rule_about_an_upstream_names_one_that_has_it(String rule, String expected) {
        String text =
                team("**").replace("{who: logged-in, allow: pull}", "{who: logged-in, " + rule + ", allow: pull}");
        assertEquals(List.of("login.rules[0]." + expected.strip()), problems(text));
    }

    @Test
    void a_rule_about_an_upstream_needs_a_route_to_it_alone() {
        String text = """
                upstreams: {a: {address: r.example}, b: {address: r.example}}
                routes: [{repositories: both, upstreams: [a, b]}]
                login:
                  htpasswd: USERS
                  rules: [{who: logged-in, upstreams: [a], allow: pull}, {who: logged-in, upstreams: [a, b], allow: pull}]
                """;
        assertEquals(List.of("login.rules[0].upstreams[0]=a (t.yaml:5): no route leads to it alone"), problems(text));
    }

    @Test
    void catalog_is_about_no_upstream() {
        String text = team("**")
                .replace("{who: logged-in, allow: pull}", "{who: logged-in, upstreams: ours, allow: catalog}");
        assertTrue(problems(text).get(0).contains("catalog is about no repository"));
    }

    @Test
    void a_quota_is_about_hosted_images() {
        assertEquals(
                List.of(
                        "hosted.quota[0].repositories=proxy/ghcr.io/** (t.yaml:2): no hosted image has such a name: a route"
                                + " takes it"),
                problems(TEAM.replace("GLOB", "team/**").replace("QUOTA", "proxy/ghcr.io/**")));
    }

    @Test
    void policies_beside_hosted_images_are_told_to_be_for_others() throws Exception {
        List<String> warnings = read(team("**") + "policies: {tags: \"v*\"}\n").warnings();
        assertEquals(
                List.of(
                        "policies are not for hosted images: they say what is served of upstreams, and what is pushed here"
                                + " is served as it is"),
                warnings);
    }

    @Test
    void an_upstream_with_two_names_is_told() throws Exception {
        String two = team("**").replace("routes:\n", "routes:\n  - {repositories: mirror, upstreams: ghcr}\n");
        assertEquals(
                List.of(
                        "upstreams.ghcr can be pulled as mirror/... and as proxy/ghcr.io/...: a rule about one of these names"
                                + " is not about the others; a rule with the key upstreams is"),
                read(two).warnings());
        String policies =
                team("**").replace("{host: hub.example.com, ", "{host: hub.example.com, policies: {tags: \"v*\"}, ");
        assertEquals(
                List.of(
                        "upstreams.docker-hub has several policies under one name, proxy/docker.io/...: rules about the name"
                                + " do not tell them apart"),
                read(policies).warnings());
    }
}

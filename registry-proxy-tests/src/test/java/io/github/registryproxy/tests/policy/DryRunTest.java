package io.github.registryproxy.tests.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.policy.AllowRepositories;
import io.github.registryproxy.policy.AllowTags;
import io.github.registryproxy.policy.Audit;
import io.github.registryproxy.policy.DryRun;
import io.github.registryproxy.policy.Rules;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.testing.FakeRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class DryRunTest {
    private final FakeRegistry registry = new FakeRegistry();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Audit audit = (request, policy, rule) -> lines.add(Audit.line(request, policy, rule));
    private final Digest dev = registry.image("app", "dev", "layer".getBytes(StandardCharsets.UTF_8));

    private Asking dry() {
        return new Asking(
                DryRun.of(AllowTags.builder(Rules.ofTags("release-*"))
                        .audit(audit)
                        .build()),
                registry);
    }

    @Test
    void what_would_be_refused_passes_and_is_said() throws IOException {
        Asking client = dry();
        assertEquals(200, client.manifest("dev"));
        assertEquals(200, client.manifest(dev));
        assertEquals(404, client.manifest("nothing"), "what is not there is not there");
        client.close();

        assertEquals(
                List.of(
                        "WOULD-REFUSE - 192.0.2.1 GET PullManifest app dev AllowTags no rule allows it",
                        "WOULD-REFUSE - 192.0.2.1 GET PullManifest app " + dev
                                + " AllowTags no allowed tag leads to it",
                        "WOULD-REFUSE - 192.0.2.1 GET PullManifest app nothing AllowTags no rule allows it"),
                lines);
    }

    @Test
    void lists_are_whole() throws IOException {
        Asking client = dry();
        assertTrue(client.body("/v2/app/tags/list").contains("dev"));
        client.close();
    }

    @Test
    void a_policy_inside_it_refuses_as_ever() throws IOException {
        Middleware outer = DryRun.of(new AllowRepositories(Rules.ofRepositories("app"), audit));
        Middleware inner = new AllowRepositories(Rules.ofRepositories("other"), audit);
        RegistryProxy both =
                RegistryProxy.builder().use(inner).upstream(registry).build();
        Asking client = new Asking(outer, both);

        assertEquals(404, client.manifest("dev"));
        assertTrue(lines.get(0).startsWith("REFUSED"), lines.toString());
        client.close();
    }

    @Test
    void a_policy_of_ones_own_is_dry_as_well() throws IOException {
        Asking answering =
                new Asking(DryRun.of((request, next) -> RegistryResponse.of(ErrorCode.DENIED.because("no"))), registry);
        Asking throwing = new Asking(
                DryRun.of((request, next) -> {
                    throw ErrorCode.DENIED.because("no").asException();
                }),
                registry);

        assertEquals(200, answering.manifest("dev"));
        assertEquals(200, throwing.manifest("dev"));
        answering.close();
        throwing.close();
    }
}

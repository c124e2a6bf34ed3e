package io.github.registryproxy.tests.real;

import io.github.registryproxy.tests.spec.DistributionContract;
import io.github.registryproxy.tests.spec.RegistryClient;
import java.net.URI;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The server as {@code team-registry.yaml} has it: the same answers as the hosted registry in it. */
@Tag("real")
class TeamRegistryIT extends DistributionContract {
    @RegisterExtension
    static final Stage stage = new Stage();

    private static RegistryClient client;

    @BeforeAll
    static void start() throws Exception {
        ProxyServer server = TeamRegistry.start(stage, stage.directory("data"), "http://127.0.0.1:9");
        client = new RegistryClient(URI.create(server.url()), UnaryOperator.identity());
    }

    @Override
    public RegistryClient client() {
        return client;
    }
}

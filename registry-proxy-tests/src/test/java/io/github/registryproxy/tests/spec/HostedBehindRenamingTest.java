package io.github.registryproxy.tests.spec;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The hosted registry behind a proxy that renames: the same answers. */
final class HostedBehindRenamingTest extends DistributionContract {
    private static @Nullable Served served;
    private static @Nullable RegistryClient client;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        served = new Served(directory);
        client = new RegistryClient(served.renaming(served.hosted(Optional.empty())), UnaryOperator.identity());
    }

    @AfterAll
    static void stop() throws Exception {
        Objects.requireNonNull(served).stop();
    }

    @Override
    public RegistryClient client() {
        return Objects.requireNonNull(client);
    }
}

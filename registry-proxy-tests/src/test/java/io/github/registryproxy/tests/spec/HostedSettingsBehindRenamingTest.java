package io.github.registryproxy.tests.spec;

import java.net.URI;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The hosted registry in every setting, behind a proxy that renames. */
final class HostedSettingsBehindRenamingTest implements Settings {
    private static final Map<Setting, RegistryClient> CLIENTS = new EnumMap<>(Setting.class);
    private static @Nullable Served served;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        served = new Served(directory);
        for (Setting setting : Setting.values()) {
            URI address = served.renaming(served.hosted(Optional.of(setting)));
            CLIENTS.put(setting, new RegistryClient(address, UnaryOperator.identity()));
        }
    }

    @AfterAll
    static void stop() throws Exception {
        Objects.requireNonNull(served).stop();
    }

    @Override
    public RegistryClient client(Setting setting) {
        return Objects.requireNonNull(CLIENTS.get(setting));
    }
}

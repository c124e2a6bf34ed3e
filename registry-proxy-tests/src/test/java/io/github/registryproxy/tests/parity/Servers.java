package io.github.registryproxy.tests.parity;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** One running server per settings: starting a process takes longer than all that a test asks of it. */
final class Servers implements AutoCloseable {
    private final Map<String, String> common;
    private final Map<Map<String, String>, RunningServer> running = new HashMap<>();

    /** With what all have in common. */
    Servers(Map<String, String> common) {
        this.common = Map.copyOf(common);
    }

    /** The server with these settings beside the common ones, which they override; it runs until all are closed. */
    RunningServer with(String... namesAndValues) throws IOException {
        Map<String, String> settings = settings(namesAndValues);
        RunningServer known = running.get(settings);
        if (known == null) {
            known = RunningServer.start(settings);
            running.put(settings, known);
        }
        return known;
    }

    /** Another one, that remembers nothing of other tests; the caller closes it. */
    RunningServer fresh(String... namesAndValues) throws IOException {
        return RunningServer.start(settings(namesAndValues));
    }

    private Map<String, String> settings(String... namesAndValues) {
        Map<String, String> settings = new HashMap<>(common);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            settings.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return settings;
    }

    @Override
    public void close() {
        running.values().forEach(RunningServer::close);
    }
}

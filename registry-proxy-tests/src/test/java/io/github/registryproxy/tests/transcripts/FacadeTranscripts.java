package io.github.registryproxy.tests.transcripts;

import io.github.registryproxy.testing.Transcripts;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;

/** What a whole facade does, for clients at one end and for the registry at the other, wherever it runs. */
public enum FacadeTranscripts {
    /** By default: clients read, and log in themselves. */
    PULLS("facade/pulls", Map.of()),
    /** Clients write, too. */
    PUSHES("facade/pushes", Map.of("ENABLE_PUSH", "true"));

    private final String directory;
    private final Map<String, String> settings;

    FacadeTranscripts(String directory, Map<String, String> settings) {
        this.directory = directory;
        this.settings = settings;
    }

    /** A test per transcript. */
    public DynamicNode all(Transcripts.Replay replay) {
        return DynamicContainer.dynamicContainer(
                directory, Transcripts.in(FacadeTranscripts.class, "transcripts/" + directory, replay));
    }

    /** The settings for which they hold, with the registry there. */
    public Map<String, String> settings(URI registry) {
        Map<String, String> all = new TreeMap<>(settings);
        all.put("REGISTRY_HOST", registry.toString());
        all.put("REPO_PREFIX", "team/a");
        return all;
    }

    /** Those of each kind. */
    public static Stream<FacadeTranscripts> kinds() {
        return Stream.of(values());
    }
}

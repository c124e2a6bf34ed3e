package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The clients of one test class; each starts when it is first asked for. */
final class Clients {
    /** What the clients need installed, beside docker-registry. */
    static final String[] PROGRAMS = {
        "docker-registry", "dockerd", "docker", "podman", "skopeo", "containerd", "ctr", "openssl"
    };

    private final Stage stage;
    private final Map<String, Puller> started = new HashMap<>();

    Clients(Stage stage) {
        this.stage = stage;
    }

    Puller named(String name) throws IOException, InterruptedException {
        Puller known = started.get(name);
        if (known != null) {
            return known;
        }
        Puller puller = switch (name) {
            case "dockerd" -> new Dockerd(stage);
            case "podman" -> new Podman(stage);
            case "skopeo" -> new Skopeo(stage);
            case "ctr" -> new Ctr(stage);
            default -> throw new IllegalArgumentException(name);
        };
        started.put(name, puller);
        return puller;
    }
}

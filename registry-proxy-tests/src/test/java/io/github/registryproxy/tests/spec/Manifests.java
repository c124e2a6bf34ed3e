package io.github.registryproxy.tests.spec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * Manifests as clients write them. Their spacing is nobody's canonical form, so that one that was parsed and written again shows.
 * {@code fields} are a name with its value each, and come after the usual ones.
 */
final class Manifests {
    static final String IMAGE = "application/vnd.oci.image.manifest.v1+json";
    static final String INDEX = "application/vnd.oci.image.index.v1+json";
    static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    static final String EMPTY = "application/vnd.oci.empty.v1+json";
    static final String DOCKER_IMAGE = "application/vnd.docker.distribution.manifest.v2+json";
    static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
    static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    /** What stands for a config or a layer that an artifact does not have: image specification, "Guidance for an Empty Descriptor". */
    static final Content NOTHING = Content.of(EMPTY, "{}");

    private Manifests() {}

    static Content image(String config, List<String> layers, String... fields) {
        return image(IMAGE, config, layers, fields);
    }

    static Content image(String type, String config, List<String> layers, String... fields) {
        List<String> all = new ArrayList<>(List.of(
                "\"config\" : " + config,
                "\"layers\" :[ " + String.join(" , ", layers) + "]",
                "\"annotations\":"
                        + annotations("org.example.unique", UUID.randomUUID().toString())));
        boolean annotated = Arrays.stream(fields).anyMatch(field -> field.startsWith("\"annotations\""));
        if (annotated) {
            all.remove(2);
        }
        all.addAll(List.of(fields));
        return document(type, all);
    }

    static Content index(List<String> manifests, String... fields) {
        return index(INDEX, manifests, fields);
    }

    static Content index(String type, List<String> manifests, String... fields) {
        List<String> all = new ArrayList<>(List.of("\"manifests\":\t[ " + String.join(",", manifests) + "]"));
        all.addAll(List.of(fields));
        return document(type, all);
    }

    /** An artifact without config and with one blob that is no layer of an image. */
    static Content artifact(String artifactType, Content blob, String... fields) {
        List<String> all = new ArrayList<>(List.of("\"artifactType\": \"" + artifactType + "\""));
        all.addAll(List.of(fields));
        return image(NOTHING.descriptor(), List.of(blob.descriptor()), all.toArray(String[]::new));
    }

    static String subject(Content manifest) {
        return "\"subject\" :" + manifest.descriptor();
    }

    /** Names and values in turn. */
    static String annotations(String... pairs) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            fields.add("\"%s\":\"%s\"".formatted(pairs[i], pairs[i + 1]));
        }
        return "{" + String.join(",", fields) + "}";
    }

    private static Content document(String type, List<String> fields) {
        return Content.of(
                type,
                "{ \"schemaVersion\":2 ,\n\n  \"mediaType\": \"%s\",\r\n\t%s }\n"
                        .formatted(type, String.join(",\n ", fields)));
    }
}

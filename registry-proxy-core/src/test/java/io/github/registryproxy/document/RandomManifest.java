package io.github.registryproxy.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Manifests made at random, most of them plain, some with names spelt or repeated as no honest client would. */
final class RandomManifest {
    private static final String[] TYPES = {
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.index.v1+JSON",
        "application/x+json",
        ""
    };

    private RandomManifest() {}

    static String of(Random random) {
        List<String> fields = new ArrayList<>();
        add(random, fields, "schemaVersion", "2", 2);
        add(random, fields, "mediaType", "\"" + TYPES[random.nextInt(TYPES.length)] + "\"", 3);
        add(random, fields, "config", descriptor(random), 4);
        add(random, fields, "layers", descriptors(random), 2);
        add(random, fields, "manifests", descriptors(random), 4);
        add(random, fields, "subject", descriptor(random), 6);
        add(random, fields, "annotations", "{\"a\":\"b\"}", 6);
        add(random, fields, "unknown", descriptors(random), 3);
        return "{" + String.join(",", fields) + "}";
    }

    private static void add(Random random, List<String> fields, String name, String value, int oneIn) {
        if (random.nextInt(oneIn) != 0) {
            return;
        }
        String text = random.nextInt(8) == 0 ? "null" : value;
        String spelling = name;
        if (random.nextInt(40) == 0) {
            List<String> all = List.copyOf(ManifestVariants.spellings(name));
            spelling = all.get(random.nextInt(all.size()));
        }
        fields.add(random.nextInt(fields.size() + 1), "\"" + spelling + "\":" + text);
        if (random.nextInt(60) == 0) {
            add(random, fields, name, value, 1);
        }
    }

    private static String descriptors(Random random) {
        List<String> all = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            all.add(descriptor(random));
        }
        return "[" + String.join(",", all) + "]";
    }

    private static String descriptor(Random random) {
        List<String> fields = new ArrayList<>();
        add(random, fields, "mediaType", "\"" + TYPES[random.nextInt(TYPES.length)] + "\"", 2);
        add(random, fields, "size", Integer.toString(random.nextInt(9)), 2);
        fields.add(
                "\"digest\":\"sha256:" + Integer.toHexString(random.nextInt(16)).repeat(64) + "\"");
        return "{" + String.join(",", fields) + "}";
    }
}

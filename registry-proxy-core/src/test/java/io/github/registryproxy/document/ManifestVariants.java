package io.github.registryproxy.document;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Documents in which one known field name occurs twice, or beside a name that a case-blind reader takes for it, generated over all names. */
public final class ManifestVariants {
    static final String A = "sha256:" + "a".repeat(64);
    static final String DESCRIPTOR = "{\"mediaType\":\"l/t\",\"digest\":\"" + A + "\",\"size\":1}";

    private static final Map<String, String> TOP = new LinkedHashMap<>();
    private static final Map<String, String> IN_DESCRIPTOR = new LinkedHashMap<>();
    private static final Map<String, String> IN_PLATFORM = new LinkedHashMap<>();

    static {
        TOP.put("schemaVersion", "2");
        TOP.put("mediaType", "\"application/x+json\"");
        TOP.put("artifactType", "\"a/t\"");
        TOP.put("config", DESCRIPTOR);
        TOP.put("layers", "[" + DESCRIPTOR + "]");
        TOP.put("blobs", "[" + DESCRIPTOR + "]");
        TOP.put("manifests", "[" + DESCRIPTOR + "]");
        TOP.put("subject", DESCRIPTOR);
        TOP.put("annotations", "{\"a\":\"b\"}");
        TOP.put("fsLayers", "[{\"blobSum\":\"" + A + "\"}]");
        TOP.put("architecture", "\"amd64\"");
        IN_DESCRIPTOR.put("mediaType", "\"m/t\"");
        IN_DESCRIPTOR.put("digest", "\"" + A + "\"");
        IN_DESCRIPTOR.put("size", "1");
        IN_DESCRIPTOR.put("urls", "[\"http://x\"]");
        IN_DESCRIPTOR.put("data", "\"e30=\"");
        IN_DESCRIPTOR.put("artifactType", "\"a/t\"");
        IN_DESCRIPTOR.put("platform", "{\"os\":\"linux\",\"architecture\":\"amd64\"}");
        IN_DESCRIPTOR.put("annotations", "{\"a\":\"b\"}");
        for (String name : List.of("architecture", "os", "os.version", "variant")) {
            IN_PLATFORM.put(name, "\"x\"");
        }
        IN_PLATFORM.put("os.features", "[\"x\"]");
        IN_PLATFORM.put("features", "[\"x\"]");
    }

    private ManifestVariants() {}

    static Set<String> topNames() {
        return TOP.keySet();
    }

    static Set<String> descriptorNames() {
        return IN_DESCRIPTOR.keySet();
    }

    static Set<String> platformNames() {
        return IN_PLATFORM.keySet();
    }

    /** Other spellings that some reader takes for the name: by case, by letter, and by the letters that Unicode folds. */
    public static Set<String> spellings(String name) {
        Set<String> found = new LinkedHashSet<>();
        found.add(name.toUpperCase(Locale.ROOT));
        found.add(name.toLowerCase(Locale.ROOT));
        found.add(name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1));
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            List<Character> others = new ArrayList<>();
            others.add(Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c));
            switch (Character.toLowerCase(c)) {
                case 's' -> others.add('\u017f');
                case 'k' -> others.add('\u212a');
                case 'i' -> {
                    others.add('\u0131');
                    others.add('\u0130');
                }
                default -> {}
            }
            for (char other : others) {
                found.add(name.substring(0, i) + other + name.substring(i + 1));
            }
        }
        found.remove(name);
        return found;
    }

    /** Every document in which two readers see two things, by what is wrong with it. */
    public static Map<String, String> all() {
        Map<String, String> documents = new LinkedHashMap<>();
        TOP.forEach((name, value) -> {
            doubled(documents, "", name, value, "");
            for (String place : List.of("config", "subject")) {
                if (name.equals(place)) {
                    inDescriptors(documents, "{\"" + place + "\":", "}");
                }
            }
            for (String place : List.of("layers", "blobs", "manifests")) {
                if (name.equals(place)) {
                    inDescriptors(documents, "{\"" + place + "\":[", "]}");
                }
            }
        });
        IN_PLATFORM.forEach((name, value) ->
                doubled(documents, "{\"manifests\":[{\"digest\":\"" + A + "\",\"platform\":", name, value, "}]}"));
        doubled(documents, "{\"fsLayers\":[", "blobSum", "\"" + A + "\"", "]}");
        for (String before : List.of("{\"annotations\":", "{\"layers\":[{\"digest\":\"" + A + "\",\"annotations\":")) {
            documents.put(
                    "annotation twice after " + before,
                    before + "{\"a\":\"1\",\"a\":\"2\"}" + (before.contains("[") ? "}]}" : "}"));
        }
        return documents;
    }

    private static void inDescriptors(Map<String, String> documents, String before, String after) {
        IN_DESCRIPTOR.forEach((name, value) -> doubled(documents, before, name, value, after));
    }

    private static void doubled(Map<String, String> documents, String before, String name, String value, String after) {
        String needed =
                name.equals("digest") || name.equals("blobSum") || before.isEmpty() || before.contains("platform")
                        ? ""
                        : "\"digest\":\"" + A + "\",";
        String first = "\"" + name + "\":" + value;
        documents.put(before + name + " twice", before + "{" + needed + first + "," + first + "}" + after);
        for (String spelling : spellings(name)) {
            String other = "\"" + spelling + "\":" + value;
            documents.put(
                    before + name + " then " + spelling, before + "{" + needed + first + "," + other + "}" + after);
            documents.put(
                    before + spelling + " then " + name, before + "{" + needed + other + "," + first + "}" + after);
            documents.put(before + spelling + " alone", before + "{" + needed + other + "}" + after);
        }
    }
}

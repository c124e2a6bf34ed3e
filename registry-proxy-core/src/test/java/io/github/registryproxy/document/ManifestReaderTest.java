package io.github.registryproxy.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import io.github.registryproxy.document.ManifestRefusedException.Reason;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Reason refused(String text) {
        return assertThrows(ManifestRefusedException.class, () -> Manifest.read(bytes(text)), () -> excerpt(text))
                .reason();
    }

    private static String excerpt(String text) {
        return text.length() > 500 ? text.substring(0, 500) : text;
    }

    private static String repeat(String element, int times) {
        return String.join(",", Collections.nCopies(times, element));
    }

    private static String numbered(String before, String after, int times) {
        return IntStream.range(0, times).mapToObj(i -> before + i + after).collect(Collectors.joining(","));
    }

    @Test
    void every_known_name_is_in_the_generated_documents() {
        assertKnown(ManifestReader.MANIFEST, 11, ManifestVariants.topNames());
        assertKnown(DescriptorReader.DESCRIPTOR, 8, ManifestVariants.descriptorNames());
        assertKnown(DescriptorReader.PLATFORM, 6, ManifestVariants.platformNames());
    }

    private static void assertKnown(FieldNames known, int size, Set<String> names) {
        assertEquals(size, names.size());
        assertEquals(size, known.size());
        names.forEach(name -> assertTrue(known.number(name) >= 0, name));
    }

    @Test
    void name_that_occurs_twice_or_differs_by_case_is_refused_wherever_it_is() {
        ManifestVariants.all().forEach((what, document) -> {
            Reason reason = refused(document);
            assertTrue(reason == Reason.UNCLEAR || reason == Reason.AMBIGUOUS, () -> what + ": " + reason);
        });
        assertTrue(ManifestVariants.all().size() > 1000);
    }

    @Test
    void names_that_no_reader_takes_for_known_ones_pass() throws ManifestRefusedException {
        for (String name :
                new String[] {"layer", "layerss", " layers", "layers ", "l\u00e4yers", "\u217cayers", "layer\u0455"}) {
            assertEquals(
                    Manifest.Kind.OTHER,
                    Manifest.read(bytes("{\"" + name + "\":[1]}")).kind(),
                    name);
        }
    }

    @Test
    void most_descriptors_pass_and_one_more_is_refused_wherever_they_are() throws ManifestRefusedException {
        String d = ManifestVariants.DESCRIPTOR;
        int most = Manifest.MOST_DESCRIPTORS;
        assertEquals(10_000, most);
        for (String field : new String[] {"layers", "manifests", "blobs"}) {
            Manifest.read(bytes("{\"" + field + "\":[" + repeat(d, most) + "]}"));
            assertEquals(Reason.TOO_LARGE, refused("{\"" + field + "\":[" + repeat(d, most + 1) + "]}"));
            assertEquals(
                    Reason.TOO_LARGE, refused("{\"subject\":" + d + ",\"" + field + "\":[" + repeat(d, most) + "]}"));
        }
        String old = "{\"blobSum\":\"" + ManifestVariants.A + "\"}";
        Manifest.read(bytes("{\"fsLayers\":[" + repeat(old, most) + "]}"));
        assertEquals(Reason.TOO_LARGE, refused("{\"fsLayers\":[" + repeat(old, most + 1) + "]}"));
    }

    @Test
    void most_annotations_pass_and_one_more_is_refused() throws ManifestRefusedException {
        int most = Manifest.MOST_ANNOTATIONS;
        Manifest.read(bytes("{\"annotations\":{" + numbered("\"", "\":\"\"", most) + "}}"));
        assertEquals(Reason.TOO_LARGE, refused("{\"annotations\":{" + numbered("\"", "\":\"\"", most + 1) + "}}"));
        String layer = "{\"digest\":\"" + ManifestVariants.A + "\",\"annotations\":{\"a\":\"\",\"b\":\"\"}}";
        assertEquals(
                Reason.TOO_LARGE,
                refused("{\"annotations\":{\"a\":\"\"},\"layers\":[" + repeat(layer, most / 2) + "]}"));
    }

    @Test
    void most_unknown_fields_pass_and_one_more_is_refused() throws ManifestRefusedException {
        int most = FieldsSeen.MOST_FIELDS;
        Manifest.read(bytes("{" + numbered("\"", "\":{}", most) + ",\"layers\":[]}"));
        assertEquals(Reason.TOO_LARGE, refused("{" + numbered("\"", "\":{}", most + 1) + "}"));
        assertEquals(Reason.TOO_LARGE, refused("{\"layers\":[{" + numbered("\"", "\":1", most + 1) + "}]}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'mediaType':'%s'}",
                "{'artifactType':'%s'}",
                "{'architecture':'%s'}",
                "{'layers':[{'mediaType':'%s','digest':'#'}]}",
                "{'layers':[{'artifactType':'%s','digest':'#'}]}",
                "{'manifests':[{'digest':'#','platform':{'os':'%s'}}]}",
            })
    void longest_types_pass_and_a_character_more_is_refused(String form) throws ManifestRefusedException {
        String document = form.replace('\'', '"').replace("#", ManifestVariants.A);
        Manifest.read(bytes(document.formatted("x".repeat(ManifestValues.LONGEST_TYPE))));
        assertEquals(Reason.TOO_LARGE, refused(document.formatted("x".repeat(ManifestValues.LONGEST_TYPE + 1))));
    }

    @Test
    void longest_annotation_passes_and_a_character_more_is_refused() throws ManifestRefusedException {
        String form = "{\"annotations\":{\"a\":\"%s\"}}";
        Manifest.read(bytes(form.formatted("x".repeat(StrictJson.LONGEST_TEXT))));
        assertEquals(Reason.TOO_LARGE, refused(form.formatted("x".repeat(StrictJson.LONGEST_TEXT + 1))));
    }

    @Test
    void deepest_nesting_passes_and_a_level_more_is_refused() throws ManifestRefusedException {
        int most = StrictJson.DEEPEST - 1;
        Manifest.read(bytes("{\"a\":" + "[".repeat(most) + "]".repeat(most) + "}"));
        assertEquals(Reason.TOO_LARGE, refused("{\"a\":" + "[".repeat(most + 1) + "]".repeat(most + 1) + "}"));
        assertEquals(Reason.TOO_LARGE, refused("{\"a\":".repeat(500_000)));
    }

    @Test
    void no_bytes_make_the_reader_throw_anything_but_its_refusal() {
        Random random = new Random(14);
        String[] seeds = ManifestVariants.all().values().toArray(String[]::new);
        for (int i = 0; i < 15_000; i++) {
            byte[] document = bytes(seeds[random.nextInt(seeds.length)]);
            for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
                int at = random.nextInt(document.length);
                document[at] =
                        random.nextBoolean() ? (byte) random.nextInt(256) : document[random.nextInt(document.length)];
            }
            Manifest.find(document);
            try {
                ImageConfig.read(document);
            } catch (ManifestRefusedException e) {
                assertTrue(e.getMessage().length() < 200);
            }
            ReferrersList.parse(document).ifPresent(ReferrersList::toJson);
            TagList.parse(document);
            CatalogPage.parse(document);
        }
    }

    /** A client reads names as Go does: without regard to case, and the last one counts. */
    @Test
    void accepted_documents_are_the_same_to_a_reader_that_is_blind_to_case() throws Exception {
        Random random = new Random(41);
        int accepted = 0;
        for (int i = 0; i < 12_000; i++) {
            byte[] document = bytes(RandomManifest.of(random));
            Optional<Manifest> outline = Manifest.find(document);
            if (outline.isPresent()) {
                accepted++;
                assertEquals(
                        CaseBlindReader.read(document),
                        CaseBlindReader.of(outline.get()),
                        () -> new String(document, StandardCharsets.UTF_8));
            }
        }
        assertTrue(accepted > 1_000, "accepted " + accepted);
    }

    /** The parser of a million names would keep them all until the end of the document. */
    @Test
    void names_of_fields_that_are_passed_over_are_kept_nowhere() {
        for (JsonFactory factory : List.of(StrictJson.FACTORY, StrictJson.LISTS)) {
            assertFalse(factory.isEnabled(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'layers':[],'x':[%s]}|{}",
                "{'layers':[%s]}|{}",
                "{'x':{%s}}|'#':0",
                "{%s}|'#':0",
                "{'annotations':{%s}}|'#':''",
                "{'layers':[{'digest':'@','annotations':{%s}}]}|'#':''",
                "{'layers':[{'digest':'@','x':[%s]}]}|0",
                "{'layers':[%s]}|{'digest':'@'}",
                "{'manifests':[{'digest':'@','platform':{'os.features':[%s]}}]}|''",
                "{'x':%s}|[",
            })
    void reading_allocates_little_whatever_four_mebibytes_hold(String hostile) {
        String[] parts =
                hostile.replace('\'', '"').replace("@", ManifestVariants.A).split("\\|", -1);
        StringBuilder filling = new StringBuilder();
        for (int i = 0; filling.length() < 4 * 1024 * 1024; i++) {
            filling.append(i == 0 || parts[1].equals("[") ? "" : ",")
                    .append(parts[1].replace("#", Integer.toString(i, 36)));
        }
        byte[] document = bytes(parts[0].replace("%s", filling));
        Manifest.find(document);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        Manifest.find(document);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        // What is passed over is garbage at once; names of fields are the most of it.
        assertTrue(allocated < 64L * 1024 * 1024, "allocated " + allocated);
    }
}

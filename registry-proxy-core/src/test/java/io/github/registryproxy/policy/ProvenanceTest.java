package io.github.registryproxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.policy.Provenance.Key;
import io.github.registryproxy.policy.ReachNode.Links;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import io.github.registryproxy.store.MemoryStore;
import io.github.registryproxy.store.RecordKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProvenanceTest {
    private static final RepositoryName APP = new RepositoryName("app");
    private static final MediaType TYPE = MediaType.OCI_MANIFEST;

    private final MemoryStore store = new MemoryStore(1L << 33);

    private Provenance provenance(int inMemory) {
        return new Provenance(
                new ReachRecords(store, "scope", Runnable::run),
                tag -> tag.startsWith("release"),
                Clock.systemUTC(),
                Duration.ZERO,
                Duration.ofDays(1),
                inMemory);
    }

    private static Digest digest(String text) {
        return Digest.of(Digest.Algorithm.SHA256, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Links links(Digest... manifests) {
        return new Links(List.of(manifests), List.of());
    }

    @Test
    void who_names_each_other_is_climbed_once() {
        Provenance provenance = provenance(1000);
        provenance.names(APP, digest("a"), links(digest("b")));
        provenance.names(APP, digest("b"), links(digest("a"), digest("b")));
        assertFalse(provenance.reach(APP, digest("a"), true).known());

        provenance.stands(APP, new Tag("release"), TYPE, digest("b"));
        assertTrue(provenance.reach(APP, digest("a"), true).known());
    }

    @Test
    void what_a_thousand_name_is_climbed_in_bounded_steps() {
        Provenance provenance = provenance(100_000);
        for (int i = 0; i < 1000; i++) {
            provenance.names(APP, digest("parent" + i), links(digest("shared")));
        }
        provenance.stands(APP, new Tag("release"), TYPE, digest("parent999"));

        assertTrue(provenance.reach(APP, digest("shared"), true).known(), "the latest are kept");
    }

    @Test
    void a_standing_of_a_tag_that_is_not_allowed_counts_for_nothing() {
        Provenance provenance = provenance(1000);
        provenance.stands(APP, new Tag("dev"), TYPE, digest("a"));

        assertFalse(provenance.reach(APP, digest("a"), true).known());
    }

    @Test
    void what_the_memory_has_no_place_for_is_in_the_store() {
        Provenance provenance = provenance(1);
        provenance.names(APP, digest("a"), links(digest("b")));
        provenance.names(APP, digest("b"), links(digest("c")));
        provenance.stands(APP, new Tag("release"), TYPE, digest("a"));

        assertTrue(provenance.reach(APP, digest("c"), true).known());
    }

    @Test
    void a_record_that_is_damaged_is_not_known() throws IOException {
        provenance(1000).stands(APP, new Tag("release"), TYPE, digest("a"));
        RecordKey key = RecordKey.of("reach", "scope", "app", digest("a").toString());
        for (String damage :
                List.of("", "2\n", "1\nt release", "1\nt -x 1 0", "1\np sha256:short", "1\nt release x 0")) {
            store.putRecord(key, damage.getBytes(StandardCharsets.US_ASCII));
            assertFalse(provenance(1000).reach(APP, digest("a"), true).known(), damage);
        }
    }

    @Test
    void a_node_is_read_as_it_was_written() {
        ReachNode node = new ReachNode();
        node.addParent(digest("a"));
        node.add(new ReachNode.Standing(new Tag("release"), 12, 34));
        ReachNode again = ReachNode.parse(node.toBytes()).orElseThrow();

        assertEquals(List.of(digest("a")), again.parents());
        assertEquals(34, again.standing(new Tag("release")).orElseThrow().left);
        assertEquals(12, again.standing(new Tag("release")).orElseThrow().seen);
        assertEquals(new Key(APP, digest("a")), new Key(new RepositoryName("app"), digest("a")));
    }

    /** 1000 images of a config and eight layers, each with a tag: what they take in memory. Printed; the bound is generous. */
    @Test
    void a_thousand_images_take_a_few_mebibytes() {
        Provenance provenance = provenance(100_000);
        long before = used();
        for (int image = 0; image < 1000; image++) {
            List<Digest> blobs = new ArrayList<>();
            for (int blob = 0; blob < 9; blob++) {
                blobs.add(digest(image + " " + blob));
            }
            provenance.names(APP, digest("image" + image), new Links(List.of(), blobs));
            provenance.stands(APP, new Tag("release-" + image), TYPE, digest("image" + image));
        }
        store.close();
        long bytes = used() - before;
        System.out.println("figure: provenance of 1000 images of 9 blobs, KiB in memory: " + bytes / 1024);

        assertTrue(bytes < 16L * 1024 * 1024, bytes + " bytes");
        assertTrue(provenance.reach(APP, digest("999 8"), false).known());
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}

package io.github.registryproxy.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class LayeredStoreTest {
    private static final long CAPACITY = 8 * 1024 * 1024;
    private static final RecordKey KEY = RecordKey.of("tag", "app", "1.0");

    private final MemoryStore front = new MemoryStore(CAPACITY);
    private final MemoryStore behind = new MemoryStore(CAPACITY);
    private final LayeredStore store = new LayeredStore(front, behind);

    private Digest put(byte[] content) throws IOException {
        Digest digest = Digest.of(Digest.Algorithm.SHA256, content);
        try (Staging staging = store.stage(digest)) {
            staging.append(ByteBuffer.wrap(content));
            staging.commit();
        }
        return digest;
    }

    private byte[] read(Digest digest) throws IOException {
        try (StoredContent content = store.open(digest).orElseThrow()) {
            return content.body(0, content.size()).readAll((int) content.size());
        }
    }

    @Test
    void small_content_that_is_read_is_kept_in_front() throws IOException {
        byte[] content = new byte[1_000];
        Digest digest = put(content);
        assertTrue(front.size(digest).isEmpty());
        assertArrayEquals(content, read(digest));
        assertEquals(1_000, front.size(digest).orElseThrow());
        behind.delete(digest);
        assertArrayEquals(content, read(digest));
    }

    @Test
    void large_content_stays_behind() throws IOException {
        byte[] content = new byte[1024 * 1024];
        Digest digest = put(content);
        assertArrayEquals(content, read(digest));
        assertTrue(front.size(digest).isEmpty());
    }

    @Test
    void what_is_deleted_is_gone_from_both() throws IOException {
        Digest digest = put(new byte[10]);
        read(digest);
        store.delete(digest);
        assertTrue(store.open(digest).isEmpty());
        assertTrue(store.size(digest).isEmpty());
    }

    @Test
    void a_record_is_what_was_put_last_also_after_its_absence_was_seen() throws IOException {
        assertTrue(store.record(KEY).isEmpty());
        store.putRecord(KEY, new byte[] {1});
        assertArrayEquals(new byte[] {1}, store.record(KEY).orElseThrow());
        assertArrayEquals(new byte[] {1}, behind.record(KEY).orElseThrow());
        store.deleteRecord(KEY);
        assertTrue(store.record(KEY).isEmpty());
    }

    @Test
    void a_record_that_is_found_is_listed_also_where_it_had_to_make_room_behind() throws IOException {
        store.putRecord(KEY, new byte[] {1});
        behind.deleteRecord(KEY);
        store.record(RecordKey.of("tag", "app", "2.0"));

        assertTrue(store.record(KEY).isPresent());
        assertEquals(List.of(KEY), store.records("tag"));
        store.deleteRecord(KEY);
        assertEquals(List.of(), store.records("tag"));
    }

    @Test
    void a_record_is_parsed_once_for_as_long_as_it_stays_the_same() throws IOException {
        int[] parsed = {0};
        Function<byte[], String> parser = bytes -> "parse " + ++parsed[0] + " of " + bytes[0];
        assertTrue(store.record(KEY, parser).isEmpty());
        store.putRecord(KEY, new byte[] {7});
        assertEquals("parse 1 of 7", store.record(KEY, parser).orElseThrow());
        assertEquals("parse 1 of 7", store.record(KEY, parser).orElseThrow());
        store.putRecord(KEY, new byte[] {8});
        assertEquals("parse 2 of 8", store.record(KEY, parser).orElseThrow());
        assertEquals("other", store.record(KEY, bytes -> "other").orElseThrow());
        store.deleteRecord(KEY);
        assertTrue(store.record(KEY, parser).isEmpty());
    }
}

package io.github.registryproxy.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UploadsTest {
    private static final String APP = "team/app";
    private static final byte[] CONTENT = content(3_000_000);
    private static final Digest DIGEST = Digest.of(Digest.Algorithm.SHA256, CONTENT);

    @TempDir
    private Path directory;

    private DirectoryStore store;

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        new Random(1).nextBytes(content);
        return content;
    }

    @BeforeEach
    void open() throws IOException {
        store = DirectoryStore.open(directory.resolve("store"), Long.MAX_VALUE);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private void restart() throws IOException {
        close();
        open();
    }

    private Uploads uploads() {
        return store.uploads();
    }

    private static void append(Upload upload, byte[] content, int from, int to) throws IOException {
        upload.append(ByteBuffer.wrap(content, from, to - from));
    }

    private byte[] stored(Digest digest) throws IOException {
        try (StoredContent content = store.open(digest).orElseThrow()) {
            return content.body(0, content.size()).readAll((int) content.size());
        }
    }

    /** Begins one with so many bytes of the content. */
    private String begun(int bytes) throws IOException {
        try (Upload upload = uploads().start(APP)) {
            append(upload, CONTENT, 0, bytes);
            return upload.id();
        }
    }

    @Test
    void an_upload_is_named_by_a_UUID() throws IOException {
        try (Upload upload = uploads().start(APP)) {
            assertEquals(upload.id(), UUID.fromString(upload.id()).toString());
        }
    }

    @Test
    void what_is_appended_by_several_requests_is_committed_as_one() throws IOException {
        String id = begun(1_000_000);
        try (Upload second = uploads().resume(APP, id).orElseThrow()) {
            append(second, CONTENT, 1_000_000, 2_000_000);
        }
        try (Upload third = uploads().resume(APP, id).orElseThrow()) {
            assertEquals(2_000_000, third.size());
            append(third, CONTENT, 2_000_000, CONTENT.length);
            third.commit(DIGEST);
        }

        assertTrue(DIGEST.matches(stored(DIGEST)));
        assertTrue(uploads().resume(APP, id).isEmpty());
        assertEquals(OptionalLong.empty(), uploads().size(APP, id));
        assertEquals(0, uploads().bytes());
    }

    @Test
    void the_digest_may_be_of_another_algorithm() throws IOException {
        Digest sha512 = Digest.of(Digest.Algorithm.SHA512, CONTENT);
        try (Upload upload = uploads().start(APP)) {
            append(upload, CONTENT, 0, CONTENT.length);
            upload.commit(sha512);
        }

        assertTrue(sha512.matches(stored(sha512)));
        assertTrue(store.size(DIGEST).isEmpty());
    }

    @Test
    void nothing_is_content_too() throws IOException {
        Digest empty = Digest.of(Digest.Algorithm.SHA256, new byte[0]);
        try (Upload upload = uploads().start(APP)) {
            upload.commit(empty);
        }

        assertEquals(0, stored(empty).length);
    }

    @Test
    void another_content_than_the_digest_s_ends_the_upload_and_is_gone() throws IOException {
        Digest other = Digest.of(Digest.Algorithm.SHA256, "other".getBytes(StandardCharsets.UTF_8));
        String id = begun(100);
        try (Upload upload = uploads().resume(APP, id).orElseThrow()) {
            assertThrows(ContentMismatchException.class, () -> upload.commit(other));
            assertThrows(Upload.TakenOverException.class, () -> upload.commit(other));
        }

        assertTrue(store.size(other).isEmpty());
        assertTrue(uploads().resume(APP, id).isEmpty());
        assertEquals(0, uploads().bytes());
    }

    @Test
    void an_upload_goes_on_after_a_restart_where_it_was() throws IOException {
        String id = begun(2_500_000);
        restart();

        assertEquals(OptionalLong.of(2_500_000), uploads().size(APP, id));
        try (Upload upload = uploads().resume(APP, id).orElseThrow()) {
            append(upload, CONTENT, 2_500_000, CONTENT.length);
            upload.commit(DIGEST);
        }
        assertTrue(DIGEST.matches(stored(DIGEST)));
    }

    @Test
    void an_upload_does_not_exist_for_another_owner() throws IOException {
        String id = begun(10);

        assertTrue(uploads().resume("team/other", id).isEmpty());
        assertEquals(OptionalLong.empty(), uploads().size("team/other", id));
        assertTrue(uploads().resume(APP, "0".repeat(32)).isEmpty());
        assertTrue(uploads().resume(APP, "../../" + id).isEmpty());
        assertTrue(uploads().size(APP, "..").isEmpty());
    }

    @Test
    void who_resumes_takes_over_and_the_older_writer_is_refused() throws IOException {
        try (Upload older = uploads().start(APP)) {
            append(older, CONTENT, 0, 100);
            try (Upload newer = uploads().resume(APP, older.id()).orElseThrow()) {
                assertThrows(Upload.TakenOverException.class, () -> append(older, CONTENT, 100, 200));
                assertThrows(Upload.TakenOverException.class, () -> older.commit(DIGEST));
                assertThrows(Upload.TakenOverException.class, older::discard);
                append(newer, CONTENT, 100, CONTENT.length);
                newer.commit(DIGEST);
            }
        }

        assertTrue(DIGEST.matches(stored(DIGEST)));
    }

    @Test
    void asking_for_the_size_takes_nothing_over() throws IOException {
        try (Upload upload = uploads().start(APP)) {
            append(upload, CONTENT, 0, 100);
            assertEquals(OptionalLong.of(100), uploads().size(APP, upload.id()));
            append(upload, CONTENT, 100, 200);
            assertEquals(OptionalLong.of(200), uploads().size(APP, upload.id()));
        }
    }

    @Test
    void a_discarded_upload_is_gone() throws IOException {
        String id = begun(10);
        try (Upload upload = uploads().resume(APP, id).orElseThrow()) {
            upload.discard();
            assertThrows(Upload.TakenOverException.class, () -> append(upload, CONTENT, 10, 20));
        }

        assertTrue(uploads().resume(APP, id).isEmpty());
        assertEquals(0, uploads().bytes());
    }

    @Test
    void two_uploads_of_one_content_both_succeed() throws IOException {
        try (Upload one = uploads().start(APP);
                Upload two = uploads().start("team/other")) {
            append(one, CONTENT, 0, CONTENT.length);
            append(two, CONTENT, 0, CONTENT.length);
            one.commit(DIGEST);
            two.commit(DIGEST);
        }

        assertTrue(DIGEST.matches(stored(DIGEST)));
        assertEquals(1, store.entries());
    }

    @Test
    void many_idle_uploads_are_not_all_kept_open_and_all_go_on() throws IOException {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ids.add(begun(1000 + i));
        }
        for (int i = 0; i < 100; i++) {
            try (Upload upload = uploads().resume(APP, ids.get(i)).orElseThrow()) {
                assertEquals(1000 + i, upload.size());
                append(upload, CONTENT, 1000 + i, CONTENT.length);
                upload.commit(DIGEST);
            }
        }
    }

    @Test
    void what_nobody_touches_expires_and_what_is_in_use_does_not() throws IOException {
        String idle = begun(10);
        Instant later = Instant.now().plus(Duration.ofHours(2));
        try (Upload used = uploads().start(APP)) {
            append(used, CONTENT, 0, 10);

            assertEquals(0, uploads().expire(Duration.ofHours(3), later));
            assertEquals(1, uploads().expire(Duration.ofHours(1), later));
            append(used, CONTENT, 10, 20);
            assertEquals(20, used.size());
        }
        assertTrue(uploads().resume(APP, idle).isEmpty());
    }

    @Test
    void a_closed_store_takes_nothing() throws IOException {
        Upload upload = uploads().start(APP);
        append(upload, CONTENT, 0, 10);
        store.close();

        assertThrows(IOException.class, () -> append(upload, CONTENT, 10, 20));
        assertThrows(IOException.class, () -> upload.commit(DIGEST));
        assertThrows(IOException.class, () -> uploads().start(APP));
        upload.close();
        assertFalse(upload.id().isEmpty());
    }

    @Test
    void an_interrupt_of_one_writer_leaves_what_was_there_for_the_next() throws IOException {
        String id;
        try (Upload upload = uploads().start(APP)) {
            id = upload.id();
            append(upload, CONTENT, 0, 1000);
            Thread.currentThread().interrupt();
            assertThrows(IOException.class, () -> append(upload, CONTENT, 1000, 2000));
            assertTrue(Thread.interrupted());
        }
        try (Upload next = uploads().resume(APP, id).orElseThrow()) {
            append(next, CONTENT, (int) next.size(), CONTENT.length);
            next.commit(DIGEST);
        }
        assertTrue(DIGEST.matches(stored(DIGEST)));
    }
}

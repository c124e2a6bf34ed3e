package io.github.registryproxy.hosted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.hosted.Change.BlobLinked;
import io.github.registryproxy.hosted.Change.BlobUnlinked;
import io.github.registryproxy.hosted.Change.ManifestDeleted;
import io.github.registryproxy.hosted.Change.ManifestPut;
import io.github.registryproxy.hosted.Change.TagDeleted;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {
    private static final RepositoryName APP = new RepositoryName("team/app");
    private static final Digest BLOB = digest("blob");
    private static final Digest MANIFEST = digest("manifest");
    private static final StoredManifest STORED = new StoredManifest(
            MediaType.OCI_MANIFEST,
            512,
            1_764_100_000_000L,
            Optional.of(digest("subject")),
            Optional.of("application/vnd.example+json"),
            List.of(BLOB, digest("layer")),
            List.of());
    private static final List<Change> CHANGES = List.of(
            new BlobLinked(BLOB, 1024, 1_764_100_000_000L),
            new ManifestPut(MANIFEST, STORED, List.of(new Tag("1.0"), new Tag("latest"))),
            new TagDeleted(new Tag("1.0")),
            new ManifestPut(
                    digest("index"),
                    new StoredManifest(
                            MediaType.OCI_INDEX,
                            99,
                            1,
                            Optional.empty(),
                            Optional.empty(),
                            List.of(),
                            List.of(MANIFEST)),
                    List.of()),
            new ManifestDeleted(MANIFEST),
            new BlobUnlinked(BLOB));

    @TempDir
    private Path directory;

    private static Digest digest(String text) {
        return Digest.of(Digest.Algorithm.SHA256, text.getBytes(StandardCharsets.UTF_8));
    }

    private Path file() {
        return directory.resolve("team").resolve("app").resolve("_journal");
    }

    private Journal journal() {
        return new Journal(file(), APP);
    }

    private List<Change> read() throws IOException {
        List<Change> changes = new ArrayList<>();
        assertEquals(0, journal().read(changes::add));
        return changes;
    }

    private byte[] written() throws IOException {
        Journal journal = journal();
        for (Change change : CHANGES) {
            journal.append(List.of(change));
        }
        return Files.readAllBytes(file());
    }

    @Test
    void what_is_written_is_read() throws IOException {
        written();

        assertEquals(CHANGES, read());
    }

    @Test
    void what_is_cut_at_any_byte_is_a_prefix_of_whole_changes_and_goes_on() throws IOException {
        byte[] whole = written();
        int head = new String(whole, StandardCharsets.UTF_8).indexOf('\n') + 1;
        for (int length = head; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));

            Journal journal = journal();
            List<Change> kept = new ArrayList<>();
            assertEquals(0, journal.read(kept::add));
            assertEquals(CHANGES.subList(0, kept.size()), kept);

            journal.append(List.of(new BlobUnlinked(BLOB)));
            List<Change> next = new ArrayList<>(kept);
            next.add(new BlobUnlinked(BLOB));
            assertEquals(next, read());
        }
    }

    @Test
    void garbage_behind_the_end_is_cut_off() throws IOException {
        byte[] whole = written();
        byte[] longer = Arrays.copyOf(whole, whole.length + 5000);
        Files.write(file(), longer);

        assertEquals(CHANGES, read());
        assertEquals(whole.length, Files.size(file()));
    }

    @Test
    void a_damaged_line_in_the_middle_is_told_and_costs_no_other() throws IOException {
        String[] lines = new String(written(), StandardCharsets.UTF_8).split("\n");
        lines[2] = lines[2].replace("1.0", "9.9");
        Files.writeString(file(), String.join("\n", lines) + "\n");

        List<Change> changes = new ArrayList<>();
        assertEquals(1, journal().read(changes::add));
        List<Change> expected = new ArrayList<>(CHANGES);
        expected.remove(1);
        assertEquals(expected, changes);
    }

    @Test
    void a_journal_of_another_repository_is_refused() throws IOException {
        written();

        assertThrows(IOException.class, () -> new Journal(file(), new RepositoryName("other")).read(change -> {}));
    }

    @Test
    void a_rewritten_journal_holds_the_new_changes_alone_and_goes_on() throws IOException {
        written();
        Journal journal = journal();
        journal.read(change -> {});
        journal.rewrite(CHANGES.subList(0, 2));
        journal.append(CHANGES.subList(4, 5));

        assertEquals(List.of(CHANGES.get(0), CHANGES.get(1), CHANGES.get(4)), read());
        try (var files = Files.list(file().getParent())) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void a_deleted_journal_is_no_file_and_can_begin_anew() throws IOException {
        written();
        Journal journal = journal();
        journal.read(change -> {});
        journal.delete();
        assertFalse(Files.exists(file()));

        journal.append(CHANGES.subList(0, 1));
        assertEquals(CHANGES.subList(0, 1), read());
    }

    @Test
    void an_artifact_type_that_would_end_a_line_is_dropped() throws IOException {
        StoredManifest odd = new StoredManifest(
                MediaType.OCI_MANIFEST, 1, 1, Optional.empty(), Optional.of("a\nb\tc"), List.of(), List.of());
        journal().append(List.of(new ManifestPut(MANIFEST, odd, List.of())));

        Change change = read().get(0);
        assertTrue(change instanceof ManifestPut put
                && put.manifest().artifactType().isEmpty());
    }
}

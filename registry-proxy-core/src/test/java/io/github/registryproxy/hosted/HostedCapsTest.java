package io.github.registryproxy.hosted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.hosted.Change.BlobLinked;
import io.github.registryproxy.hosted.Change.ManifestPut;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import io.github.registryproxy.store.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists, journals and reports of hosted repositories are bounded. */
final class HostedCapsTest {
    private static final RepositoryName APP = new RepositoryName("app");

    @TempDir
    private Path directory;

    private static Digest digest(int n) {
        return Digest.parse("sha256:%064x".formatted(n));
    }

    /** As a journal from before says, with content that is not there. */
    private static void change(Hosting hosting, List<Change> changes) throws IOException {
        hosting.store.change(APP, repository -> {
            repository.change(changes, 1);
            return repository;
        });
    }

    @Test
    void page_of_tags_has_at_most_10_000() throws IOException {
        StoredManifest manifest = new StoredManifest(
                MediaType.OCI_MANIFEST, 1, 1, Optional.empty(), Optional.empty(), List.of(), List.of());
        List<Tag> tags = new ArrayList<>();
        for (int i = 0; i < 10_001; i++) {
            tags.add(new Tag("v" + i));
        }
        try (Hosting hosting = new Hosting(directory)) {
            change(hosting, List.of(new ManifestPut(digest(1), manifest, tags)));
            for (String query : List.of("", "?n=20000")) {
                Hosting.Answer page = hosting.get("/v2/app/tags/list" + query);
                assertEquals(10_000, page.text().split("\"v", -1).length - 1);
                assertFalse(page.header("Link").isEmpty());
            }
        }
    }

    @Test
    void check_tells_at_most_1000_problems() throws IOException {
        List<Change> lost = new ArrayList<>();
        for (int i = 0; i < 1_200; i++) {
            lost.add(new BlobLinked(digest(i), 1, 1));
        }
        try (Hosting hosting = new Hosting(directory)) {
            change(hosting, lost);
            assertEquals(1000, hosting.store.check(Progress.NONE).problems().size());
        }
    }

    /** One line of so many characters. */
    private static final class OneLine extends InputStream {
        private int left;

        OneLine(int length) {
            this.left = length;
        }

        @Override
        public int read() {
            return left-- > 0 ? 'a' : left == -1 ? '\n' : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            for (int i = 0; i < length; i++) {
                int one = read();
                if (one < 0) {
                    return i == 0 ? -1 : i;
                }
                into[offset + i] = (byte) one;
            }
            return length;
        }
    }

    @Test
    void line_of_a_journal_over_16_MiB_is_not_read() throws IOException {
        int longest = 16 * 1024 * 1024 - 1;
        try (JournalLines lines = new JournalLines(new OneLine(longest))) {
            assertTrue(lines.next());
            assertEquals(longest, lines.length());
        }
        try (JournalLines lines = new JournalLines(new OneLine(longest + 1))) {
            assertFalse(lines.next());
        }
    }

    @Test
    void manifest_of_over_10_000_descriptors_is_refused() throws IOException {
        try (Hosting hosting = new Hosting(directory, builder -> builder.manifestLimit(8 * 1024 * 1024))) {
            StringBuilder json = new StringBuilder(
                    "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[");
            for (int i = 0; i < 10_001; i++) {
                json.append(i == 0 ? "" : ",")
                        .append("{\"digest\":\"")
                        .append(digest(i))
                        .append("\",\"size\":1}");
            }
            Hosting.Answer answer =
                    hosting.index("app", "1", Hosting.bytes(json.append("]}").toString()));
            assertEquals(400, answer.status());
            assertTrue(answer.text().contains("MANIFEST_INVALID"), answer::text);
            assertTrue(answer.text().contains("10000"), answer::text);
        }
    }
}

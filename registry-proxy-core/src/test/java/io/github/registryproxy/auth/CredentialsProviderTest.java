package io.github.registryproxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsProviderTest {
    @TempDir
    Path directory;

    private Path username;
    private Path password;

    @BeforeEach
    void write() throws IOException {
        username = Files.writeString(directory.resolve("u"), "ci\n");
        password = Files.writeString(directory.resolve("p"), "first word\r\n");
    }

    @Test
    void line_ends_are_not_part_of_a_secret_spaces_are() throws IOException {
        assertEquals(
                Credentials.basic("ci", "first word"),
                CredentialsProvider.basicFiles(username, password).get());
    }

    @Test
    void a_changed_file_is_read_again() throws IOException {
        CredentialsProvider provider = CredentialsProvider.basicFile("ci", password);
        provider.get();
        Files.writeString(password, "second, longer word");
        assertEquals(Credentials.basic("ci", "second, longer word"), provider.get());
    }

    @Test
    void a_change_that_shows_in_no_attribute_is_read_once_the_credentials_are_rejected() throws IOException {
        CredentialsProvider provider = CredentialsProvider.basicFile("ci", password);
        FileTime before = Files.getLastModifiedTime(password);
        Files.writeString(password, "other word\r\n");
        Files.setLastModifiedTime(password, before);
        Credentials stale = provider.get();
        provider.rejected(stale);
        assertEquals(Credentials.basic("ci", "other word"), provider.get());
    }

    @Test
    void a_file_that_is_away_for_a_moment_leaves_the_last_credentials() throws IOException {
        CredentialsProvider provider = CredentialsProvider.basicFiles(username, password);
        Files.delete(password);
        assertEquals(Credentials.basic("ci", "first word"), provider.get());
        Files.writeString(password, "next");
        assertEquals(Credentials.basic("ci", "next"), provider.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n"})
    void an_empty_file_is_refused_at_start(String content) throws IOException {
        Files.writeString(password, content);
        assertThrows(IOException.class, () -> CredentialsProvider.basicFiles(username, password));
    }

    @Test
    void a_missing_or_huge_file_is_refused_at_start() throws IOException {
        assertThrows(IOException.class, () -> CredentialsProvider.basicFile("ci", directory.resolve("missing")));
        Files.write(password, new byte[70 * 1024]);
        assertThrows(IOException.class, () -> CredentialsProvider.basicFile("ci", password));
    }

    @Test
    void what_cannot_be_sent_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> Credentials.basic("a:b", "c"));
        assertThrows(IllegalArgumentException.class, () -> Credentials.basic("a", "b\nc"));
        assertThrows(IllegalArgumentException.class, () -> Credentials.bearer("a\r\nX: 1"));
        assertThrows(IllegalArgumentException.class, () -> Credentials.identityToken(""));
    }
}

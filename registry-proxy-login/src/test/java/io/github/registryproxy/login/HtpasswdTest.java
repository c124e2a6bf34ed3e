package io.github.registryproxy.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HtpasswdTest {
    /** By Apache's htpasswd -Bbn -C 5 alice 'sesam öffne dich'. */
    private static final String APACHE = "alice:$2y$05$fiQXjb5vDTnBW1aSlzlI5O/VSi/aA4akL7XE41OUFDfa1xK5Laqlu";

    private static final Optional<Identity> ALICE = Optional.of(Identity.of("alice"));

    @TempDir
    private Path dir;

    private Path file(String text) throws IOException {
        return Files.writeString(dir.resolve("users"), text);
    }

    private static Optional<Identity> login(Authenticator users, String name, String password) throws IOException {
        return users.identify(new Proof.Password(name, password));
    }

    @Test
    void what_apache_s_htpasswd_wrote_counts() throws IOException {
        Htpasswd users = Htpasswd.of(file("# people\n\n" + APACHE + "\r\n"));
        assertEquals(ALICE, login(users, "alice", "sesam öffne dich"));
        assertEquals(Optional.empty(), login(users, "alice", "sesam offne dich"));
        assertEquals(Optional.empty(), login(users, "alice", ""));
        assertEquals(Optional.empty(), login(users, "bob", "sesam öffne dich"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alice | name:hash",
                "alice:secret | a bcrypt hash of cost 4 to 17 such as 'htpasswd -B' writes",
                "alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ= | a bcrypt hash",
                "alice:$apr1$r31.....$HqJZimcKQFAMYayBlzkrA/ | a bcrypt hash",
                "alice:$2y$18$APACHEAPACHEAPACHEAPACHEAPACHEAPACHEAPACHEAPACHEAPACH | a bcrypt hash of cost 4 to 17",
                ":$2y$05$APACHEAPACHEAPACHEAPACHEAPACHEAPACHEAPACHEAPACHEAPACH | a name of 1 to 255 characters"
            })
    void a_wrong_line_is_refused_by_its_number_and_not_shown(String line, String expected) throws IOException {
        Path file = file(APACHE + "\n\n" + line + "\n");
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Htpasswd.of(file));
        assertTrue(e.getMessage().startsWith(file + ", line 3: expected " + expected), e.getMessage());
        assertTrue(!e.getMessage().contains("secret"), e.getMessage());
    }

    @Test
    void a_name_twice_is_refused() throws IOException {
        Path file = file(APACHE + "\n" + APACHE + "\n");
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Htpasswd.of(file))
                .getMessage()
                .endsWith("line 2: expected each name once"));
    }

    @Test
    void a_right_password_is_remembered_and_a_wrong_one_is_not() throws IOException {
        Htpasswd users = Htpasswd.of(file(APACHE + "\n"));
        for (int i = 0; i < 20; i++) {
            assertEquals(ALICE, login(users, "alice", "sesam öffne dich"));
            assertEquals(Optional.empty(), login(users, "alice", "wrong " + i));
            assertEquals(Optional.empty(), login(users, "nobody", "wrong " + i));
        }
        assertEquals(1, users.remembered());
    }

    @Test
    void a_changed_file_counts_at_once_and_what_was_remembered_does_not() throws IOException {
        Htpasswd users = Htpasswd.of(file(APACHE + "\n"));
        assertEquals(ALICE, login(users, "alice", "sesam öffne dich"));
        file("alice:" + Requests.hash("another one") + "\nbob:" + Requests.hash("b") + "\n");
        assertEquals(Optional.empty(), login(users, "alice", "sesam öffne dich"));
        assertEquals(ALICE, login(users, "alice", "another one"));
        assertEquals(Optional.of(Identity.of("bob")), login(users, "bob", "b"));
    }

    @Test
    void a_file_that_got_wrong_or_lost_changes_nothing() throws IOException {
        Path file = file(APACHE + "\n");
        Htpasswd users = Htpasswd.of(file);
        file("alice\n");
        assertEquals(ALICE, login(users, "alice", "sesam öffne dich"));
        Files.delete(file);
        assertEquals(ALICE, login(users, "alice", "sesam öffne dich"));
        assertEquals(Optional.empty(), login(users, "alice", "wrong"));
        file("bob:" + Requests.hash("b") + "\n");
        assertEquals(Optional.empty(), login(users, "alice", "sesam öffne dich"));
        assertEquals(Optional.of(Identity.of("bob")), login(users, "bob", "b"));
    }

    @Test
    void the_cost_of_an_unknown_name_is_the_greatest_in_the_file() {
        HtpasswdFile file = HtpasswdFile.parse(
                Path.of("users"), "a:$2y$05$" + "a".repeat(53) + "\nb:$2b$07$" + "a".repeat(53) + "\n");
        assertEquals(7, file.cost());
        assertEquals("HtpasswdFile[2 names]", file.toString());
    }

    @Test
    void only_passwords_are_its_business() throws IOException {
        Htpasswd users = Htpasswd.of(file(APACHE + "\n"));
        assertEquals(Optional.empty(), users.identify(new Proof.Bearer("sesam öffne dich")));
    }
}

package io.github.registryproxy.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Repository names, tags, digests, upload sessions, media types: the specification's expressions are the oracle. */
final class NamesTest {
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128}");

    private static ErrorCode refusal(Runnable construction) {
        return assertThrows(RegistryException.class, construction::run).error().code();
    }

    private static void assertAgrees(Pattern oracle, int longest, Function<String, Object> made, String text) {
        boolean accepted;
        try {
            accepted = made.apply(text).toString().equals(text);
        } catch (RegistryException e) {
            accepted = false;
        }
        assertEquals(text.length() <= longest && oracle.matcher(text).matches(), accepted, text);
    }

    private static String random(Random random, String alphabet, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    @Test
    void names_tags_and_digests_are_what_the_specification_s_expressions_match() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            assertAgrees(NAME, 255, RepositoryName::new, random(random, "ab0._-/", 10));
            assertAgrees(TAG, 128, Tag::new, random(random, "aZ0._-:/", 6));
        }
        for (int length = 250; length < 260; length++) {
            assertAgrees(NAME, 255, RepositoryName::new, "a/".repeat(length / 2) + "a");
        }
        for (int length = 125; length < 132; length++) {
            assertAgrees(TAG, 128, Tag::new, "T".repeat(length));
            assertAgrees(DIGEST, 999, Digest::parse, "sha512:" + "f".repeat(length));
        }
        for (int length = 62; length < 67; length++) {
            assertAgrees(DIGEST, 999, Digest::parse, "sha256:" + "0".repeat(length));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "/", "a/", "/a", "A", "a..b", "a___b", "a-", "-a", "a._b", "a b", "\u0131", "\u212a", "a\n",
                "a\u0000"
            })
    void a_name_outside_the_grammar_is_name_invalid(String name) {
        assertEquals(ErrorCode.NAME_INVALID, refusal(() -> new RepositoryName(name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".a", "-a", "a:b", "a/b", "a b", "\u00e9", "a\r"})
    void a_tag_outside_the_grammar_is_tag_invalid(String tag) {
        assertEquals(ErrorCode.TAG_INVALID, refusal(() -> new Tag(tag)));
    }

    @Test
    void a_long_name_of_separators_is_decided_in_a_moment() {
        assertEquals(ErrorCode.NAME_INVALID, refusal(() -> new RepositoryName("a" + "-".repeat(10_000_000))));
        assertEquals(ErrorCode.NAME_INVALID, refusal(() -> new RepositoryName("a" + "-".repeat(253) + "!")));
    }

    @Test
    void below_is_the_inverse_of_resolve() {
        RepositoryName team = new RepositoryName("team/a");
        RepositoryName app = new RepositoryName("app");
        RepositoryName whole = team.resolve(app);
        assertEquals("team/a/app", whole.toString());
        assertTrue(whole.isBelow(team));
        assertEquals(app, whole.below(team));
        assertFalse(team.isBelow(team));
        assertFalse(new RepositoryName("team/abc").isBelow(team));
        assertThrows(IllegalArgumentException.class, () -> app.below(team));
        assertEquals(ErrorCode.NAME_INVALID, refusal(() -> team.resolve(new RepositoryName("b".repeat(250)))));
    }

    @ParameterizedTest
    @CsvSource({
        "sha256, e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "sha512, cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
    })
    void a_digest_is_computed_and_verified(String algorithm, String empty) {
        Digest digest = Digest.parse(algorithm + ":" + empty);
        assertTrue(digest.matches(new byte[0]));
        assertFalse(digest.matches(new byte[1]));
        assertEquals(digest, Digest.of(digest.algorithm(), digest.algorithm().start()));
        assertEquals(digest, Digest.of(digest.algorithm(), "".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void a_reference_with_a_colon_is_a_digest_or_nothing() {
        assertEquals(new Tag("sha256"), Reference.parse("sha256"));
        assertEquals(Samples.SHA512, Reference.parse(Samples.SHA512.toString()));
        assertEquals(ErrorCode.DIGEST_INVALID, refusal(() -> Reference.parse("latest:")));
        assertEquals(ErrorCode.TAG_INVALID, refusal(() -> Reference.parse("")));
    }

    @Test
    void an_upload_session_is_one_segment() {
        assertEquals("a~b=", new UploadSession("a~b=").toString());
        new UploadSession("a".repeat(4096));
        for (String bad : new String[] {"", ".", "..", ".a", "a/b", "a?b", "a%2f", "a b", "a".repeat(4097)}) {
            assertEquals(ErrorCode.BLOB_UPLOAD_UNKNOWN, refusal(() -> new UploadSession(bad)), bad);
        }
    }

    @Test
    void a_media_type_loses_parameters_and_case() {
        assertEquals(MediaType.JSON, new MediaType(" Application/JSON ; charset=utf-8"));
        assertTrue(MediaType.OCI_MANIFEST.isJson());
        assertTrue(MediaType.DOCKER_MANIFEST_LIST.isIndex());
        assertFalse(MediaType.OCI_MANIFEST.isIndex());
        assertFalse(new MediaType("text/html").isJson());
        assertFalse(new MediaType("").isJson());
    }
}

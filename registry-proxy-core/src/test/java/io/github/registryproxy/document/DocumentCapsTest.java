package io.github.registryproxy.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Documents of strangers are read up to a number of entries, and ours are no longer than clients take. */
class DocumentCapsTest {
    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String many(int count, String entry) {
        return IntStream.range(0, count).mapToObj(entry::formatted).collect(Collectors.joining(",", "[", "]"));
    }

    @Test
    void text_of_a_list_over_8_MiB_is_not_read() {
        int longest = 8 * 1024 * 1024;
        String list = "{\"manifests\":[{\"digest\":\"sha256:" + "a".repeat(64) + "\",\"annotations\":{\"a\":\"";
        assertTrue(
                ReferrersList.parse(json(list + "x".repeat(longest) + "\"}}]}")).isPresent());
        assertTrue(ReferrersList.parse(json(list + "x".repeat(longest + 1) + "\"}}]}"))
                .isEmpty());
    }

    @Test
    void token_over_16_KiB_names_no_end() {
        String claims = java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(json("{\"exp\":1700000000}"));
        String token = "e30." + claims + ".";
        String longest = token + "s".repeat(16 * 1024 - token.length());
        assertTrue(TokenClaims.expiry(longest).isPresent());
        assertTrue(TokenClaims.expiry(longest + "s").isEmpty());
    }

    @Test
    void error_document_has_the_first_16_errors() {
        byte[] errors = json("{\"errors\":" + many(40, "{\"code\":\"UNKNOWN\",\"message\":\"%d\"}") + "}");
        assertEquals(16, ErrorDocument.parse(errors, 404).orElseThrow().errors().size());
    }

    @Test
    void error_document_is_written_in_at_most_4096_bytes() {
        String error = "{\"code\":\"UNKNOWN\",\"message\":\"" + "m".repeat(400) + "%d\",\"detail\":\"" + "d".repeat(400)
                + "\"}";
        byte[] errors = json("{\"errors\":" + many(16, error) + "}");
        assertTrue(ErrorDocument.parse(errors, 404).orElseThrow().toJson().length <= 4096);
    }

    @Test
    void sigstore_bundle_has_the_first_16_signatures() {
        byte[] bundle = json("{\"dsseEnvelope\":{\"payload\":\"AAAA\",\"payloadType\":\"t\",\"signatures\":"
                + many(100, "{\"sig\":\"%04d\"}") + "}}");
        assertEquals(
                16, DsseEnvelope.ofBundle(bundle).orElseThrow().signatures().size());
    }

    @Test
    void token_over_64_KiB_is_no_token() {
        int longest = 64 * 1024;
        assertTrue(TokenGrant.parse(json("{\"token\":\"" + "t".repeat(longest) + "\"}"), Instant.EPOCH)
                .isPresent());
        assertTrue(TokenGrant.parse(json("{\"token\":\"" + "t".repeat(longest + 1) + "\"}"), Instant.EPOCH)
                .isEmpty());
    }

    @Test
    void referrers_index_takes_no_more_than_4_MiB() {
        ReferrersIndex index = new ReferrersIndex();
        byte[] manifest = new byte[900_000];
        Arrays.fill(manifest, (byte) 'x');
        byte[] annotated = json("{\"annotations\":{\"a\":\"" + new String(manifest, StandardCharsets.UTF_8) + "\"}}");
        int added = 0;
        while (added < 100 && index.add(MediaType.OCI_MANIFEST, digest(added), Optional.empty(), annotated)) {
            added++;
        }
        assertEquals(4, added);
        assertTrue(index.toJson().length <= 4 * 1024 * 1024);
        assertFalse(index.add(MediaType.OCI_MANIFEST, digest(added), Optional.empty(), annotated));
    }

    private static Digest digest(int n) {
        return Digest.parse("sha256:%064x".formatted(n));
    }
}

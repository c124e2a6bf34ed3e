package io.github.registryproxy.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class PayloadJsonTest {
    private static final String HEX = "1".repeat(64);
    private static final String PAYLOAD =
            "{\"critical\":{\"identity\":{\"docker-reference\":\"r\"},\"image\":{\"docker-manifest-digest\":\"sha256:"
                    + HEX + "\"},\"type\":\"cosign container image signature\"},\"optional\":{\"timestamp\":\"7\"}}";
    private static final String STATEMENT =
            "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{\"sha256\":\"" + HEX
                    + "\"}}],\"predicateType\":\"" + InTotoStatement.COSIGN_SIGN + "\"}";
    private static final String ENVELOPE = "{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\""
            + Base64.getEncoder().encodeToString(STATEMENT.getBytes(StandardCharsets.UTF_8))
            + "\",\"signatures\":[{\"sig\":\"MEQ=\"}]}";

    private static final Map<String, Function<byte[], Optional<?>>> DOCUMENTS = Map.of(
            PAYLOAD,
            SimpleSigning::parse,
            STATEMENT,
            InTotoStatement::parse,
            ENVELOPE,
            DsseEnvelope::parse,
            "{\"dsseEnvelope\":" + ENVELOPE + "}",
            DsseEnvelope::ofBundle);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Each field of each document, once more under its name and in capitals. */
    @Test
    void document_with_a_field_that_occurs_twice_but_for_case_is_none() {
        DOCUMENTS.forEach((json, parse) -> {
            assertTrue(parse.apply(bytes(json)).isPresent(), json);
            Matcher field = Pattern.compile("\"([A-Za-z_0-9-]+)\":").matcher(json);
            while (field.find()) {
                for (String name : new String[] {field.group(1), field.group(1).toUpperCase(Locale.ROOT)}) {
                    String twice =
                            json.substring(0, field.start()) + "\"" + name + "\":0," + json.substring(field.start());
                    assertEquals(Optional.empty(), parse.apply(bytes(twice)), twice);
                }
            }
        });
    }

    @Test
    void document_of_too_many_values_is_none() {
        String most = "[" + "0,".repeat(Json.MOST_TOKENS - 3) + "0]";
        assertTrue(PayloadJson.read(bytes(most)).isArray());
        assertTrue(PayloadJson.read(bytes("[0," + most.substring(1))).isMissingNode());
    }
}

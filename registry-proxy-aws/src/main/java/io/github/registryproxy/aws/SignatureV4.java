package io.github.registryproxy.aws;

import io.github.registryproxy.Headers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS Signature Version 4 ("Create a signed AWS API request"), for requests whose path is {@code /} and that have no query: all that
 * is asked here has its parameters in the body.
 */
record SignatureV4(String region, String service) {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /**
     * The headers, with those that sign them: X-Amz-Date, X-Amz-Security-Token, Authorization. All of them are signed, and Host.
     *
     * @param headers each name once
     */
    Headers sign(String method, URI uri, Headers headers, byte[] body, AwsKeys keys, Instant now) {
        String time = TIME.format(now);
        Headers dated = headers.with("X-Amz-Date", time);
        Headers all = keys.session()
                .map(token -> dated.with("X-Amz-Security-Token", token))
                .orElse(dated);
        TreeMap<String, String> signed = new TreeMap<>();
        signed.put("host", uri.getRawAuthority());
        all.forEach((name, value) ->
                signed.put(name.toLowerCase(Locale.ROOT), value.strip().replaceAll(" +", " ")));
        String names = String.join(";", signed.keySet());
        String lines = signed.entrySet().stream()
                .map(line -> line.getKey() + ":" + line.getValue() + "\n")
                .collect(Collectors.joining());
        String canonical = String.join("\n", method, "/", "", lines, names, hex(sha256(body)));
        String day = time.substring(0, 8);
        List<String> parts = List.of(day, region, service, "aws4_request");
        String scope = String.join("/", parts);
        String toSign = String.join("\n", ALGORITHM, time, scope, hex(sha256(bytes(canonical))));
        byte[] key = bytes("AWS4" + keys.secret());
        for (String part : parts) {
            key = hmac(key, part);
        }
        return all.with(
                "Authorization",
                ALGORITHM + " Credential=" + keys.id() + "/" + scope + ", SignedHeaders=" + names + ", Signature="
                        + hex(hmac(key, toSign)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(bytes(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has HmacSHA256", e);
        }
    }
}

package io.github.registryproxy.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Headers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The cases of the "AWS Signature Version 4 test suite" that have the path / and no query. */
class SignatureV4Test {
    private static final URI URI_OF_SUITE = URI.create("https://example.amazonaws.com/");
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final String TOKEN =
            "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMic"
                    + "RXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0"
                    + "wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fP"
                    + "OLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

    private static String signed(String method, Headers headers, String body, Optional<String> token) {
        return new SignatureV4("us-east-1", "service")
                .sign(
                        method,
                        URI_OF_SUITE,
                        headers,
                        body.getBytes(StandardCharsets.UTF_8),
                        new AwsKeys("AKIDEXAMPLE", SECRET, token),
                        Instant.parse("2015-08-30T12:36:00Z"))
                .first("Authorization")
                .orElseThrow();
    }

    private static String expected(String names, String signature) {
        return "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=" + names
                + ", Signature=" + signature;
    }

    @Test
    void get_vanilla() {
        assertEquals(
                expected("host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
                signed("GET", Headers.EMPTY, "", Optional.empty()));
    }

    @Test
    void post_vanilla() {
        assertEquals(
                expected("host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
                signed("POST", Headers.EMPTY, "", Optional.empty()));
    }

    @Test
    void post_x_www_form_urlencoded() {
        assertEquals(
                expected(
                        "content-type;host;x-amz-date",
                        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
                signed(
                        "POST",
                        Headers.of("Content-Type", "application/x-www-form-urlencoded"),
                        "Param1=value1",
                        Optional.empty()));
    }

    @Test
    void post_header_value_case() {
        assertEquals(
                expected(
                        "host;my-header1;x-amz-date",
                        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"),
                signed("POST", Headers.of("My-Header1", "VALUE1"), "", Optional.empty()));
    }

    @Test
    void post_sts_header_before() {
        assertEquals(
                expected(
                        "host;x-amz-date;x-amz-security-token",
                        "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"),
                signed("POST", Headers.EMPTY, "", Optional.of(TOKEN)));
    }

    @Test
    void keys_print_without_what_signs_and_are_refused_where_they_could_not_travel() {
        AwsKeys keys = new AwsKeys("AKIDEXAMPLE", SECRET, Optional.of(TOKEN));
        assertEquals("AwsKeys[AKIDEXAMPLE]", keys.toString());
        assertThrows(IllegalArgumentException.class, () -> new AwsKeys("a", "b\r\nX: y", Optional.empty()));
        assertThrows(IllegalArgumentException.class, () -> new AwsKeys("", "b", Optional.empty()));
    }

    @Test
    void a_registry_s_name_tells_where_its_api_is() throws Exception {
        assertHost(
                "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
                "eu-west-1",
                "https://api.ecr.eu-west-1.amazonaws.com/");
        assertHost(
                "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com",
                "us-gov-west-1",
                "https://ecr-fips.us-gov-west-1.amazonaws.com/");
        assertHost(
                "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
                "cn-north-1",
                "https://api.ecr.cn-north-1.amazonaws.com.cn/");
        assertHost("123456789012.dkr-ecr.eu-west-1.on.aws", "eu-west-1", "https://ecr.eu-west-1.api.aws/");
        assertHost("public.ecr.aws", "us-east-1", "https://api.ecr-public.us-east-1.amazonaws.com/");
    }

    private static void assertHost(String host, String region, String api) throws Exception {
        EcrHost found = EcrHost.of(URI.create("https://" + host));
        assertEquals(region, found.region());
        assertEquals(URI.create(api), found.api());
        assertTrue(found.service().equals(host.startsWith("public") ? "ecr-public" : "ecr"));
    }

    @Test
    void other_registries_get_no_password_of_amazon_s() {
        for (String host : new String[] {
            "gcr.io",
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example",
            "evil.123456789012.dkr.ecr.eu-west-1.amazonaws.com",
            "123456789012.dkr.ecr.a.b.amazonaws.com",
            "12345.dkr.ecr.eu-west-1.amazonaws.com"
        }) {
            assertThrows(java.io.IOException.class, () -> EcrHost.of(URI.create("https://" + host)), host);
        }
    }
}

package io.github.registryproxy.google;

import io.github.registryproxy.document.JsonFields;
import io.github.registryproxy.protocol.Query;
import io.github.registryproxy.protocol.TokenForm;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;

/** The metadata server, the OAuth token endpoint, the security token service and IAM; assertions are verified. */
final class FakeGoogle extends Dispatcher {
    static final String SUBJECT = "planted-subject-token";
    static final String METADATA = "GET /computeMetadata/v1/instance/service-accounts/default/token";
    static final String UNIVERSE = "GET /computeMetadata/v1/universe/universe-domain";
    static final String OAUTH = "POST /token";
    static final String EXCHANGE = "POST /v1/token";
    static final String IMPERSONATE =
            "POST /v1/projects/-/serviceAccounts/puller@p.iam.gserviceaccount.com:generateAccessToken";
    private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

    final KeyPair key = generate();
    final AtomicInteger tokens = new AtomicInteger();
    final List<String> asked = new CopyOnWriteArrayList<>();
    /** Answers that come instead, by path, once each. */
    final Map<String, MockResponse> instead = new ConcurrentHashMap<>();

    /** How far IAM's clock is from ours. */
    volatile Duration skew = Duration.ZERO;

    private static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** A service account's key, as the console gives it out. */
    String keyFile(String tokens) {
        String pem = "-----BEGIN PRIVATE KEY-----\\n"
                + Base64.getEncoder().encodeToString(key.getPrivate().getEncoded())
                + "\\n-----END PRIVATE KEY-----\\n";
        return ("{\"type\":\"service_account\",\"project_id\":\"p\",\"private_key_id\":\"k\",\"private_key\":\"%s\","
                        + "\"client_email\":\"sa@p.iam.gserviceaccount.com\",\"client_id\":\"1\",\"token_uri\":\"%s\"}")
                .formatted(pem, tokens);
    }

    @Override
    public MockResponse dispatch(RecordedRequest request) {
        String path = request.getMethod() + " " + request.getUrl().encodedPath();
        asked.add(path);
        MockResponse other = instead.remove(path);
        if (other != null) {
            return other;
        }
        String content = request.getBody() == null ? "" : request.getBody().utf8();
        return switch (path) {
            case METADATA -> metadata(request);
            case UNIVERSE -> answer(200, "googleapis.com");
            case OAUTH -> oauth(form(content));
            case EXCHANGE -> exchange(form(content));
            case IMPERSONATE -> impersonate(request, content);
            default -> answer(404, "{}");
        };
    }

    private static Query form(String content) {
        return TokenForm.parse(content.getBytes(StandardCharsets.UTF_8)).fields();
    }

    private static boolean has(Query form, String name, String value) {
        return form.first(name).equals(Optional.of(value));
    }

    private MockResponse token() {
        return answer(
                200,
                "{\"access_token\":\"planted-token-%d\",\"expires_in\":3599,\"token_type\":\"Bearer\",\"issued_token_type\":\"x\"}"
                        .formatted(tokens.incrementAndGet()));
    }

    private MockResponse metadata(RecordedRequest request) {
        boolean right = "Google".equals(request.getHeaders().get("Metadata-Flavor"))
                && SCOPE.equals(request.getUrl().queryParameter("scopes"));
        return right
                ? token().newBuilder().addHeader("Metadata-Flavor", "Google").build()
                : answer(403, "");
    }

    /** RFC 7523: a JWT by the account's key. */
    private MockResponse oauth(Query form) {
        String assertion = form.first("assertion").orElse("");
        int first = assertion.indexOf('.');
        int last = assertion.lastIndexOf('.');
        if (!has(form, "grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer") || first < 0 || first == last) {
            return answer(400, "{\"error\":\"invalid_request\"}");
        }
        JsonFields claims = JsonFields.parse(Base64.getUrlDecoder().decode(assertion.substring(first + 1, last)))
                .orElseThrow();
        boolean right = claims.text("iss").equals(Optional.of("sa@p.iam.gserviceaccount.com"))
                && claims.text("scope").equals(Optional.of(SCOPE))
                && Math.abs(claims.number("iat").orElse(0) - Instant.now().getEpochSecond()) < 600
                && isSigned(assertion.substring(0, last), Base64.getUrlDecoder().decode(assertion.substring(last + 1)));
        return right
                ? token()
                : answer(400, "{\"error\":\"invalid_grant\",\"error_description\":\"planted: " + assertion + "\"}");
    }

    private boolean isSigned(String text, byte[] signature) {
        try {
            Signature verifying = Signature.getInstance("SHA256withRSA");
            verifying.initVerify(key.getPublic());
            verifying.update(text.getBytes(StandardCharsets.UTF_8));
            return verifying.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** RFC 8693. */
    private MockResponse exchange(Query form) {
        boolean right = has(form, "grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
                && has(form, "subject_token", SUBJECT)
                && has(form, "subject_token_type", "urn:ietf:params:oauth:token-type:jwt")
                && form.first("audience").isPresent();
        return right ? token() : answer(400, "{\"error\":\"invalid_grant\",\"error_description\":\"planted\"}");
    }

    private MockResponse impersonate(RecordedRequest request, String content) {
        String authorization = String.valueOf(request.getHeaders().get("Authorization"));
        boolean right = authorization.startsWith("Bearer planted-token-") && content.contains(SCOPE);
        return right
                ? answer(
                        200,
                        "{\"accessToken\":\"planted-impersonated-%d\",\"expireTime\":\"%s\"}"
                                .formatted(
                                        tokens.incrementAndGet(),
                                        Instant.now()
                                                .plus(skew)
                                                .plus(1, ChronoUnit.HOURS)
                                                .truncatedTo(ChronoUnit.SECONDS)))
                : answer(403, "{\"error\":{\"message\":\"planted\"}}");
    }

    static MockResponse answer(int code, String body) {
        return new MockResponse.Builder()
                .code(code)
                .addHeader("Content-Type", "application/json; charset=UTF-8")
                .body(body)
                .build();
    }
}

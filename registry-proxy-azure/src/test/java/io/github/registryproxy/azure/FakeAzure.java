package io.github.registryproxy.azure;

import io.github.registryproxy.protocol.Query;
import io.github.registryproxy.protocol.TokenForm;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
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

/** Entra ID, the two metadata endpoints and a registry's exchange, as particular as the real ones. */
final class FakeAzure extends Dispatcher {
    static final String SECRET = "planted-client-secret";
    static final String ASSERTION = "planted-assertion";
    static final String HEADER = "planted-identity-header";
    static final String ACCESS = "planted-access-token";
    static final String AUDIENCE = "https://containerregistry.azure.net";

    final AtomicInteger tokens = new AtomicInteger();
    final List<String> asked = new CopyOnWriteArrayList<>();
    /** Answers that come instead, by path, once each. */
    final Map<String, MockResponse> instead = new ConcurrentHashMap<>();

    volatile String service = "";
    volatile Duration life = Duration.ofHours(3);
    /** How far the registry's clock is from ours. */
    volatile Duration skew = Duration.ZERO;

    @Override
    public MockResponse dispatch(RecordedRequest request) {
        String path = request.getMethod() + " " + request.getUrl().encodedPath();
        asked.add(path);
        MockResponse other = instead.remove(path);
        if (other != null) {
            return other;
        }
        Query form = TokenForm.parse(
                        request.getBody() == null
                                ? new byte[0]
                                : request.getBody().utf8().getBytes(StandardCharsets.UTF_8))
                .fields();
        return switch (path) {
            case "POST /the-tenant/oauth2/v2.0/token" -> entra(form);
            case "GET /msi/token" -> identity(request, "2019-08-01", "X-IDENTITY-HEADER", HEADER);
            case "GET /metadata/identity/oauth2/token" -> identity(request, "2018-02-01", "Metadata", "true");
            case "POST /oauth2/exchange" -> exchange(request, form);
            default -> answer(404, "{}");
        };
    }

    private static boolean has(Query form, String name, String value) {
        return form.first(name).equals(Optional.of(value));
    }

    private static MockResponse entra(Query form) {
        boolean asked = has(form, "grant_type", "client_credentials")
                && has(form, "client_id", "the-client")
                && has(form, "scope", AUDIENCE + "/.default");
        boolean proved = has(form, "client_secret", SECRET)
                || (has(form, "client_assertion", ASSERTION)
                        && has(
                                form,
                                "client_assertion_type",
                                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
        if (!asked || !proved) {
            return answer(
                    401, "{\"error\":\"invalid_client\",\"error_description\":\"planted: " + form.render() + "\"}");
        }
        return answer(200, "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"" + ACCESS + "\"}");
    }

    private static MockResponse identity(RecordedRequest request, String version, String header, String value) {
        boolean right = version.equals(request.getUrl().queryParameter("api-version"))
                && AUDIENCE.equals(request.getUrl().queryParameter("resource"))
                && value.equals(request.getHeaders().get(header));
        String client = request.getUrl().queryParameter("client_id");
        if (!right || (client != null && !client.equals("the-client"))) {
            return answer(400, "{\"error\":\"invalid_request\"}");
        }
        return answer(200, "{\"access_token\":\"" + ACCESS + "\",\"expires_in\":\"86399\",\"resource\":\"x\"}");
    }

    private MockResponse exchange(RecordedRequest request, Query form) {
        boolean right = has(form, "grant_type", "access_token")
                && has(form, "service", service)
                && "application/x-www-form-urlencoded"
                        .equals(request.getHeaders().get("Content-Type"));
        if (!right || !has(form, "access_token", ACCESS)) {
            return answer(401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"planted\"}]}");
        }
        return answer(200, "{\"refresh_token\":\"" + refreshToken(tokens.incrementAndGet()) + "\"}");
    }

    /** Of the n-th exchange. */
    String refreshToken(int n) {
        long issued = Instant.parse("2026-03-03T10:00:00Z").plus(skew).getEpochSecond();
        String claims = "{\"jti\":\"%d\",\"iat\":%d,\"exp\":%d}".formatted(n, issued, issued + life.toSeconds());
        return "planted."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".signature";
    }

    static MockResponse answer(int code, String body) {
        return new MockResponse.Builder()
                .code(code)
                .addHeader("Content-Type", "application/json; charset=utf-8")
                .body(body)
                .build();
    }
}

package io.github.registryproxy.aws;

import io.github.registryproxy.protocol.Query;
import io.github.registryproxy.protocol.TokenForm;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;

/** The endpoints of AWS that hand out credentials, as strict as the real ones: signatures, times, versions and tokens are checked. */
final class FakeAws extends Dispatcher {
    static final String ID = "AKIDPLANTED";
    static final String SECRET = "planted-secret-key";
    static final String SESSION = "planted-session";
    static final String WEB_TOKEN = "planted-web-identity";
    static final String AGENT_TOKEN = "planted-agent-token";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern AUTHORIZATION = Pattern.compile("AWS4-HMAC-SHA256 Credential=([^/]+)/(\\d{8})/"
            + "([a-z0-9-]+)/([a-z-]+)/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})");

    final AtomicInteger passwords = new AtomicInteger();
    final List<String> asked = new CopyOnWriteArrayList<>();
    /** Answers that come instead, by path or target, once each. */
    final Map<String, MockResponse> instead = new ConcurrentHashMap<>();

    volatile Instant now = Instant.parse("2026-03-03T10:00:00Z");
    volatile String role = "the-role";
    volatile String session = SESSION;

    @Override
    public MockResponse dispatch(RecordedRequest request) {
        String target = request.getHeaders().get("X-Amz-Target");
        String name =
                target == null ? request.getMethod() + " " + request.getUrl().encodedPath() : target;
        asked.add(name);
        MockResponse other = instead.remove(name);
        return (other == null ? answer(request, name) : other)
                .newBuilder()
                .setHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atZone(ZoneOffset.UTC)))
                .build();
    }

    private MockResponse answer(RecordedRequest request, String name) {
        String content = request.getBody() == null ? "" : request.getBody().utf8();
        return switch (name) {
            case "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken" -> ecr(request, content, "ecr", "[%s]");
            case "SpencerFrontendService.GetAuthorizationToken" -> ecr(request, content, "ecr-public", "%s");
            case "POST /" -> sts(request, content);
            case "GET /agent/keys" ->
                AGENT_TOKEN.equals(request.getHeaders().get("Authorization")) ? json(keys()) : status(403);
            case "PUT /latest/api/token" ->
                request.getHeaders().get("X-aws-ec2-metadata-token-ttl-seconds") == null
                        ? status(400)
                        : text("planted-imds-session");
            case "GET /latest/meta-data/iam/security-credentials/" -> imds(request, text(role + "\n"));
            case "GET /latest/meta-data/iam/security-credentials/the-role" -> imds(request, json(keys()));
            default -> status(404);
        };
    }

    private static MockResponse imds(RecordedRequest request, MockResponse answer) {
        return "planted-imds-session".equals(request.getHeaders().get("X-aws-ec2-metadata-token"))
                ? answer
                : status(401);
    }

    private String keys() {
        return "{\"Code\":\"Success\",\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"%s\",\"Token\":\"%s\"}"
                .formatted(ID, SECRET, session);
    }

    private MockResponse sts(RecordedRequest request, String form) {
        Query fields = TokenForm.parse(form.getBytes(StandardCharsets.UTF_8)).fields();
        boolean right =
                "application/x-www-form-urlencoded".equals(request.getHeaders().get("Content-Type"))
                        && fields.first("Action").equals(Optional.of("AssumeRoleWithWebIdentity"))
                        && fields.first("Version").equals(Optional.of("2011-06-15"))
                        && fields.first("RoleArn").equals(Optional.of("arn:aws:iam::123456789012:role/puller"))
                        && fields.first("RoleSessionName").isPresent();
        if (!right) {
            return status(400);
        }
        if (!fields.first("WebIdentityToken").equals(Optional.of(WEB_TOKEN))) {
            return new MockResponse.Builder()
                    .code(400)
                    .body("<ErrorResponse><Error><Type>Sender</Type><Code>InvalidIdentityToken</Code><Message>"
                            + form.replace("&", "&amp;") + "</Message></Error></ErrorResponse>")
                    .build();
        }
        return text("""
                <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                  <AssumeRoleWithWebIdentityResult><Credentials>
                    <SessionToken>%s</SessionToken><SecretAccessKey>%s</SecretAccessKey>
                    <Expiration>2026-03-03T11:00:00Z</Expiration><AccessKeyId>%s</AccessKeyId>
                  </Credentials></AssumeRoleWithWebIdentityResult>
                </AssumeRoleWithWebIdentityResponse>
                """.formatted(session, SECRET, ID));
    }

    private MockResponse ecr(RecordedRequest request, String content, String service, String around) {
        String error = signatureError(request, content, service);
        if (!error.isEmpty()) {
            return error(error);
        }
        String token = Base64.getEncoder()
                .encodeToString(
                        ("AWS:planted-password-" + passwords.incrementAndGet()).getBytes(StandardCharsets.UTF_8));
        String data = "{\"authorizationToken\":\"%s\",\"expiresAt\":%d.123,\"proxyEndpoint\":\"https://x\"}"
                .formatted(token, now.plus(Duration.ofHours(12)).getEpochSecond());
        return json("{\"authorizationData\":" + around.formatted(data) + "}");
    }

    static MockResponse error(String type) {
        return new MockResponse.Builder()
                .code(400)
                .body("{\"__type\":\"com.amazonaws#" + type + "\",\"message\":\"planted-secret in a message\"}")
                .build();
    }

    /** What the real one would complain about, computed from the request alone. */
    private String signatureError(RecordedRequest request, String content, String service) {
        Matcher sent = AUTHORIZATION.matcher(String.valueOf(request.getHeaders().get("Authorization")));
        String time = String.valueOf(request.getHeaders().get("X-Amz-Date"));
        if (!sent.matches() || !sent.group(1).equals(ID)) {
            return "UnrecognizedClientException";
        }
        boolean temporary = request.getHeaders().get("X-Amz-Security-Token") != null;
        if (temporary && !session.equals(request.getHeaders().get("X-Amz-Security-Token"))) {
            return "UnrecognizedClientException";
        }
        if (Duration.between(Instant.from(TIME.parse(time)), now).abs().compareTo(Duration.ofMinutes(5)) > 0) {
            return "InvalidSignatureException";
        }
        boolean covered = List.of(sent.group(5).split(";"))
                .containsAll(List.of("host", "x-amz-date", "x-amz-target", "content-type"));
        String region = service.equals("ecr") ? "eu-west-1" : "us-east-1";
        if (!covered || !sent.group(3).equals(region) || !sent.group(4).equals(service) || !content.equals("{}")) {
            return "InvalidSignatureException";
        }
        StringBuilder canonical = new StringBuilder(request.getMethod() + "\n/\n\n");
        for (String name : sent.group(5).split(";")) {
            canonical
                    .append(name)
                    .append(':')
                    .append(request.getHeaders().get(name))
                    .append('\n');
        }
        canonical.append('\n').append(sent.group(5)).append('\n').append(hex(sha256(content)));
        String scope = sent.group(2) + "/" + region + "/" + service + "/aws4_request";
        String toSign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + hex(sha256(canonical.toString()));
        byte[] key = hmac(("AWS4" + SECRET).getBytes(StandardCharsets.UTF_8), sent.group(2));
        key = hmac(hmac(hmac(key, region), service), "aws4_request");
        return hex(hmac(key, toSign)).equals(sent.group(6)) ? "" : "InvalidSignatureException";
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static MockResponse status(int code) {
        return new MockResponse.Builder().code(code).build();
    }

    static MockResponse text(String body) {
        return new MockResponse.Builder().body(body).build();
    }

    private static MockResponse json(String body) {
        return new MockResponse.Builder()
                .addHeader("Content-Type", "application/x-amz-json-1.1")
                .body(body)
                .build();
    }
}

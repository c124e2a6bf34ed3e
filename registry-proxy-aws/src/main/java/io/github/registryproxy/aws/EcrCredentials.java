package io.github.registryproxy.aws;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.auth.Credentials;
import io.github.registryproxy.auth.CredentialsKind.Surroundings;
import io.github.registryproxy.auth.CredentialsProvider;
import io.github.registryproxy.auth.EndpointClient;
import io.github.registryproxy.auth.RefreshingCredentials;
import io.github.registryproxy.auth.RefreshingCredentials.Lease;
import io.github.registryproxy.document.JsonFields;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Passwords for a registry of Amazon ECR or ECR Public, by GetAuthorizationToken; they last twelve hours and are renewed ahead.
 *
 * <p>Keys are looked for where Amazon's own clients look, in this order, anew for each password: the environment, a web identity
 * (EKS service accounts), the shared credentials file, the container's agent (ECS, EKS pod identity), the instance's role. The
 * first place that the process is set up for is the one; its failure is not covered up by the next.
 *
 * <p>The API's address follows from the registry's name; AWS_ENDPOINT_URL_ECR, AWS_ENDPOINT_URL_ECR_PUBLIC and
 * AWS_ENDPOINT_URL_STS put it elsewhere. A wrong clock is corrected by the answer's Date.
 *
 * <pre>{@code
 * URI registry = URI.create("https://123456789012.dkr.ecr.eu-west-1.amazonaws.com");
 * HttpUpstream.to(registry).credentials(EcrCredentials.of(Surroundings.of(registry, transport)))
 * }</pre>
 */
public final class EcrCredentials {
    private static final Duration SKEW = Duration.ofMinutes(4);
    private static final byte[] QUESTION = "{}".getBytes(StandardCharsets.UTF_8);

    private final EcrHost host;
    private final Endpoint api;
    private final EndpointClient client;
    private final List<AwsKeys.Source> sources;
    private final InstantSource clock;

    private EcrCredentials(Surroundings process, InstantSource clock) throws IOException {
        this.clock = clock;
        this.host = EcrHost.of(process.registry());
        this.client = new EndpointClient(process.transport());
        EndpointClient beside = new EndpointClient(process.metadata());
        String variable = host.service().equals("ecr") ? "AWS_ENDPOINT_URL_ECR" : "AWS_ENDPOINT_URL_ECR_PUBLIC";
        this.api = Endpoint.of(process, variable, host.api());
        String region = process.variable("AWS_REGION")
                .or(() -> process.variable("AWS_DEFAULT_REGION"))
                .orElse(host.region());
        if (!region.matches("[a-z0-9-]{1,40}")) {
            throw new IOException("AWS_REGION: expected a region such as eu-west-1");
        }
        URI sts = URI.create("https://sts." + region + "." + host.partition() + "/");
        this.sources = List.of(
                new EnvironmentKeys(process),
                new WebIdentityKeys(process, client, Endpoint.of(process, "AWS_ENDPOINT_URL_STS", sts)),
                new ProfileKeys(process),
                new ContainerKeys(process, beside),
                new InstanceKeys(process, beside));
    }

    /**
     * For the registry of the surroundings.
     *
     * @throws IOException when it is none of Amazon's, or a variable makes no sense
     */
    public static CredentialsProvider of(Surroundings process) throws IOException {
        return of(process, InstantSource.system());
    }

    static CredentialsProvider of(Surroundings process, InstantSource clock) throws IOException {
        return of(process, clock, System::nanoTime);
    }

    static CredentialsProvider of(Surroundings process, InstantSource clock, LongSupplier nanoTime) throws IOException {
        EcrCredentials credentials = new EcrCredentials(process, clock);
        return RefreshingCredentials.of("Amazon " + credentials.host.service(), credentials::fetch, nanoTime);
    }

    private Lease fetch() throws IOException {
        AwsKeys keys = keys();
        Instant now = clock.instant();
        EndpointClient.Answer answer = ask(keys, now);
        if (answer.status() != 200 && isFarFrom(answer.date(now), now)) {
            now = answer.date(now);
            answer = ask(keys, now);
        }
        return lease(answer, now);
    }

    private static boolean isFarFrom(Instant one, Instant other) {
        return Duration.between(one, other).abs().compareTo(SKEW) > 0;
    }

    private AwsKeys keys() throws IOException {
        for (AwsKeys.Source source : sources) {
            Optional<AwsKeys> keys = source.find();
            if (keys.isPresent()) {
                return keys.get();
            }
        }
        throw new IOException(
                "no AWS credentials: neither in the environment, nor by web identity, shared credentials file,"
                        + " container or instance");
    }

    private EndpointClient.Answer ask(AwsKeys keys, Instant now) throws IOException {
        String target =
                host.service().equals("ecr") ? "AmazonEC2ContainerRegistry_V20150921" : "SpencerFrontendService";
        Headers headers = Headers.of(
                HeaderNames.CONTENT_TYPE,
                "application/x-amz-json-1.1",
                "X-Amz-Target",
                target + ".GetAuthorizationToken");
        Headers signed =
                new SignatureV4(host.region(), host.service()).sign("POST", api.uri(), headers, QUESTION, keys, now);
        return client.ask(new TransportRequest("POST", api.uri(), signed, Body.of(QUESTION), api.addresses()));
    }

    private static Lease lease(EndpointClient.Answer answer, Instant now) throws IOException {
        Optional<JsonFields> document = answer.json();
        if (answer.status() != 200) {
            throw answer.without("a password" + AwsErrors.named(document.flatMap(fields -> fields.text("__type"))));
        }
        // An array in ECR, an object in ECR Public.
        Optional<JsonFields> data = document.flatMap(fields -> fields.object("authorizationData")
                .or(() -> fields.objects("authorizationData").stream().findFirst()));
        Optional<String> token = data.flatMap(fields -> fields.text("authorizationToken"));
        if (data.isEmpty() || token.isEmpty()) {
            throw answer.without("a password");
        }
        double expiry = data.get().number("expiresAt").orElseThrow(() -> answer.without("expiresAt"));
        return Lease.until(basic(answer, token.get()), Instant.ofEpochSecond((long) expiry), answer.date(now));
    }

    private static Credentials basic(EndpointClient.Answer answer, String token) throws IOException {
        try {
            String pair = new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon > 0 && colon < pair.length() - 1) {
                return Credentials.basic(pair.substring(0, colon), pair.substring(colon + 1));
            }
        } catch (IllegalArgumentException e) {
            // Its message quotes the token.
            throw answer.without("a password that can be sent");
        }
        throw answer.without("a password that can be sent");
    }
}

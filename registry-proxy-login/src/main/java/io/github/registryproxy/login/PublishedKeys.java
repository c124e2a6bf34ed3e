package io.github.registryproxy.login;

import com.google.common.net.InetAddresses;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/** The keys that an identity provider publishes (RFC 7517): fetched by the transport given, bounded, never by a redirect. */
final class PublishedKeys implements ResourceRetriever {
    private static final int LARGEST = 256 * 1024;
    private static final Duration FRESH = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration BETWEEN_FETCHES = Duration.ofSeconds(30);
    private static final Duration OUTAGE = Duration.ofHours(4);

    private final URI url;
    private final Transport transport;
    private final Duration betweenFetches;
    private volatile boolean fetched;

    PublishedKeys(URI url, Transport transport) {
        this(url, transport, BETWEEN_FETCHES);
    }

    PublishedKeys(URI url, Transport transport, Duration betweenFetches) {
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        boolean loopback = scheme.equals("http") && isLoopback(url.getHost());
        if (url.getHost() == null || url.getRawUserInfo() != null || !(scheme.equals("https") || loopback)) {
            throw new IllegalArgumentException(
                    "keys at " + url.getScheme() + "://" + url.getHost() + ": expected https, or http on loopback");
        }
        this.url = url;
        this.transport = Objects.requireNonNull(transport, "transport");
        this.betweenFetches = betweenFetches;
    }

    private static boolean isLoopback(String host) {
        if (host == null) {
            return false;
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return bare.equals("localhost")
                || (InetAddresses.isInetAddress(bare)
                        && InetAddresses.forString(bare).isLoopbackAddress());
    }

    JWKSource<SecurityContext> source() throws IOException {
        JWKSourceBuilder<SecurityContext> builder = JWKSourceBuilder.<SecurityContext>create(url.toURL(), this)
                .cache(FRESH.toMillis(), PATIENCE.toMillis())
                .refreshAheadCache(false)
                .outageTolerant(OUTAGE.toMillis());
        // A token that names an unknown key makes us ask: strangers must not make us ask often.
        return betweenFetches.isZero()
                ? builder.rateLimited(false).build()
                : builder.rateLimited(betweenFetches.toMillis()).build();
    }

    /** Whether there were keys at least once. */
    boolean fetched() {
        return fetched;
    }

    static JWKSource<SecurityContext> of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(LARGEST + 1);
            if (content.length > LARGEST) {
                throw new IllegalArgumentException(file + ": expected keys of at most " + LARGEST + " bytes");
            }
            JWKSet keys = JWKSet.parse(new String(content, StandardCharsets.UTF_8));
            if (keys.isEmpty() || keys.getKeys().stream().anyMatch(JWK::isPrivate)) {
                throw new IllegalArgumentException(file + ": expected public keys alone, at least one");
            }
            return new ImmutableJWKSet<>(keys);
        } catch (ParseException e) {
            throw new IllegalArgumentException(file + ": expected a JSON Web Key Set (RFC 7517)", e);
        }
    }

    @Override
    public Resource retrieveResource(URL ignored) throws IOException {
        Headers headers = Headers.of(HeaderNames.ACCEPT, "application/jwk-set+json, application/json");
        TransportRequest question = new TransportRequest("GET", url, headers, Body.empty(), AddressPolicy.ANY);
        try (RegistryResponse response = transport.send(question)) {
            if (response.status() != 200) {
                throw new IOException("the identity provider answered " + response.status() + " for its keys");
            }
            String type = response.headers().first(HeaderNames.CONTENT_TYPE).orElse("application/json");
            String text = new String(response.body().readAll(LARGEST), StandardCharsets.UTF_8);
            fetched = true;
            return new Resource(text, type);
        } catch (RegistryException e) {
            throw new IOException("the keys of the identity provider are larger than " + LARGEST + " bytes", e);
        }
    }
}

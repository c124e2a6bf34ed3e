package io.github.registryproxy.upstream;

import io.github.registryproxy.Body;
import io.github.registryproxy.ClientCredentials;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.auth.CredentialsProvider;
import io.github.registryproxy.auth.TrustedRealms;
import io.github.registryproxy.auth.UpstreamAuth;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.RegistryError;
import io.github.registryproxy.transport.AllowedAddresses;
import io.github.registryproxy.transport.JdkTransport;
import io.github.registryproxy.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A registry reached over HTTP, as a handler.
 *
 * <p>What it answers can be relied on: content under a digest hashes to it, lists and errors are the specification's
 * documents, addresses lead back here, a broken download was resumed, and the configured credentials went to the registry's
 * own origin and to trusted realms alone. What is malformed or unknown is refused before the registry is asked.
 *
 * <pre>{@code
 * RegistryHandler upstream = HttpUpstream.to(URI.create("https://gcr.io"))
 *         .credentials(CredentialsProvider.of(Credentials.basic("_json_key", key)))
 *         .blobDelivery(BlobDelivery.STREAM)
 *         .build();
 * }</pre>
 */
public final class HttpUpstream implements RegistryHandler, ClientCredentials.Aware, AutoCloseable {
    private final RegistryHandler chain;
    private final ForwardedHeaders forwarded;
    private final boolean ownCredentials;
    private final URI address;
    private final @Nullable Transport owned;

    private HttpUpstream(
            RegistryHandler chain,
            ForwardedHeaders forwarded,
            boolean ownCredentials,
            URI address,
            @Nullable Transport owned) {
        this.address = address;
        this.chain = chain;
        this.forwarded = forwarded;
        this.ownCredentials = ownCredentials;
        this.owned = owned;
    }

    /**
     * Begins an upstream at that address: scheme, host, port, and a path that stands before {@code /v2/} there, usually none.
     */
    public static Builder to(URI address) {
        return new Builder(address);
    }

    @Override
    public RegistryResponse handle(RegistryRequest request) throws IOException {
        Operation operation = request.operation();
        if (operation instanceof Operation.Malformed malformed) {
            return RegistryResponse.of(malformed.error());
        }
        if (operation instanceof Operation.Other || operation instanceof Operation.Token) {
            return RegistryResponse.of(unknown(request));
        }
        if (operation instanceof Operation.Ping && ownCredentials) {
            return ping();
        }
        return chain.handle(request.withHeaders(headers -> forwarded.outbound(headers, request)))
                .mapHeaders(ForwardedHeaders::inbound);
    }

    /** Clients authenticate to nobody when the credentials are ours, so the answer is known. */
    private static RegistryResponse ping() {
        Headers headers = Headers.of(
                HeaderNames.CONTENT_TYPE,
                MediaType.JSON.value(),
                HeaderNames.DOCKER_DISTRIBUTION_API_VERSION,
                "registry/2.0");
        return RegistryResponse.of(200, headers, Body.of("{}".getBytes(StandardCharsets.US_ASCII)));
    }

    private static RegistryError unknown(RegistryRequest request) {
        boolean read = request.method().equals("GET") || request.isHead();
        return read
                ? ErrorCode.NAME_UNKNOWN.because("no such endpoint")
                : ErrorCode.UNSUPPORTED.because("this endpoint does not take " + shown(request.method()));
    }

    private static String shown(String method) {
        return method.length() <= 16 && method.chars().allMatch(c -> c >= 'A' && c <= 'Z') ? method : "that method";
    }

    @Override
    public ClientCredentials clientCredentials() {
        return ownCredentials ? ClientCredentials.REPLACED : ClientCredentials.PASS;
    }

    @Override
    public String toString() {
        return "HttpUpstream to " + address;
    }

    /** Closes the transport that this upstream made for itself. */
    @Override
    public void close() {
        if (owned != null) {
            owned.close();
        }
    }

    /** Sets what there is to set; everything has a safe default. */
    public static final class Builder {
        private static final int LARGEST_MANIFEST = 4 * 1024 * 1024;
        private static final int LARGEST_LIST = 4 * 1024 * 1024;

        private final Origin origin;
        private final String basePath;
        private @Nullable Transport transport;
        private @Nullable CredentialsProvider credentials;
        private @Nullable TrustedRealms realms;
        private @Nullable AllowedAddresses addresses;
        private BlobDelivery delivery = BlobDelivery.REDIRECT;
        private boolean forwardClientAddress;
        private int largestManifest = LARGEST_MANIFEST;
        private byte @Nullable [] uploadKey;
        private Backoff backoff = Backoff.EXPONENTIAL;

        private Builder(URI address) {
            this.origin = Origin.of(address)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "an upstream is an http or https address with a host and without user info"));
            if (address.getRawQuery() != null || address.getRawFragment() != null) {
                throw new IllegalArgumentException("an upstream's address has no query and no fragment");
            }
            String path = address.getRawPath() == null ? "" : address.getRawPath();
            this.basePath = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        }

        /** Who speaks HTTP; stays the caller's to close. Default: a {@link JdkTransport} of its own. */
        public Builder transport(Transport transport) {
            this.transport = Objects.requireNonNull(transport, "transport");
            return this;
        }

        /** The proxy's own credentials; the clients' are then dropped. Default: the clients' are passed to the registry. */
        public Builder credentials(CredentialsProvider credentials) {
            this.credentials = Objects.requireNonNull(credentials, "credentials");
            return this;
        }

        /** The default: what clients send as Authorization reaches the registry's own origin, and nobody else. */
        public Builder passClientCredentials() {
            this.credentials = null;
            return this;
        }

        /** Which token servers may see the credentials beside the registry's own origin. Default: the well-known ones. */
        public Builder trustedRealms(TrustedRealms realms) {
            this.realms = Objects.requireNonNull(realms, "realms");
            return this;
        }

        /** Where redirects may lead. Default: public addresses and the registry's own host. */
        public Builder addresses(AllowedAddresses addresses) {
            this.addresses = Objects.requireNonNull(addresses, "addresses");
            return this;
        }

        /** Who follows the registry's redirects of blobs. Default: {@link BlobDelivery#REDIRECT}, the client. */
        public Builder blobDelivery(BlobDelivery delivery) {
            this.delivery = Objects.requireNonNull(delivery, "delivery");
            return this;
        }

        /** Whether the registry is told the client's address, as X-Forwarded-For. Default: no. */
        public Builder forwardClientAddress(boolean forward) {
            this.forwardClientAddress = forward;
            return this;
        }

        /** The largest manifest that is served, in bytes, 1 to 64 MiB. Default: 4 MiB. */
        public Builder largestManifest(int bytes) {
            if (bytes < 1 || bytes > 64 * 1024 * 1024) {
                throw new IllegalArgumentException("largestManifest takes 1 to 67108864 bytes, not " + bytes);
            }
            this.largestManifest = bytes;
            return this;
        }

        /** The key of sealed upload sessions, 16 or 32 bytes, the same on all instances. Default: random, one instance. */
        public Builder uploadKey(byte[] key) {
            if (key.length != 16 && key.length != 32) {
                throw new IllegalArgumentException("uploadKey takes 16 or 32 bytes, not " + key.length);
            }
            this.uploadKey = key.clone();
            return this;
        }

        Builder backoff(Backoff backoff) {
            this.backoff = backoff;
            return this;
        }

        public HttpUpstream build() {
            Transport own = transport == null ? ownTransport() : null;
            Transport used = transport == null ? Objects.requireNonNull(own) : transport;
            URI address = origin.at(basePath.isEmpty() ? "/" : basePath);
            AllowedAddresses allowed =
                    addresses == null ? AllowedAddresses.publicOnly().andHost(origin.host()) : addresses;
            Wire wire = new Wire(used, origin, basePath);
            SealedUploads sealed = new SealedUploads(uploadKey == null ? SealedUploads.randomKey() : uploadKey);
            Middleware auth = credentials == null
                    ? (request, next) -> next.handle(request)
                    : UpstreamAuth.builder(address, used)
                            .credentials(credentials)
                            .trustedRealms(realms == null ? TrustedRealms.of(address) : realms)
                            .unlistedAddresses(allowed)
                            .build();
            UpstreamStatuses statuses = new UpstreamStatuses();
            RegistryHandler chain = compose(
                    wire,
                    new Locations(used, wire, origin, basePath, allowed, sealed, statuses),
                    new UpstreamErrors(origin, credentials != null),
                    new ReadLists(LARGEST_LIST),
                    new VerifyManifests(largestManifest),
                    new VerifyBlobs(),
                    new ResumeBlobs(backoff),
                    new Retries(backoff),
                    statuses,
                    new Redirects(used, wire, origin, allowed, delivery),
                    auth);
            ForwardedHeaders forwarded = new ForwardedHeaders(credentials == null, forwardClientAddress);
            return new HttpUpstream(chain, forwarded, credentials != null, address, own);
        }

        private static Transport ownTransport() {
            try {
                return JdkTransport.builder().build();
            } catch (IOException e) {
                throw new UncheckedIOException("this Java runtime has no usable TLS", e);
            }
        }

        /** Unlike in a proxy, a refusal passes all links as what it is: nobody here may take it for the registry's answer. */
        private static RegistryHandler compose(RegistryHandler innermost, Middleware... outermostFirst) {
            RegistryHandler chain = innermost;
            for (int i = outermostFirst.length - 1; i >= 0; i--) {
                Middleware link = outermostFirst[i];
                RegistryHandler next = chain;
                chain = request -> link.handle(request, next);
            }
            return chain;
        }
    }
}

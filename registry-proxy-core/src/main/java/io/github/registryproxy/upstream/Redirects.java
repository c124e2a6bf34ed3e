package io.github.registryproxy.upstream;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ContentRange;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation.PullBlob;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Follows redirects of reads, or hands those of blobs on to the client; a redirect of a write is refused, since its body would go
 * to a place nobody listed.
 *
 * <p>Within the registry's own origin a redirect is another request to the registry. Any other origin gets a bare request:
 * no credentials, no cookies, only what a download needs; once bare, always bare. Storage that refuses has an expired
 * signature more often than not, so its 4xx is a failed try, never an answer about the registry.
 */
final class Redirects implements Middleware {
    static final int MOST_HOPS = 10;

    private static final Logger LOG = System.getLogger(Redirects.class.getName());
    private static final Set<String> BARE = Set.of("accept", "range", "if-range", "user-agent");

    private final Transport transport;
    private final Wire wire;
    private final Origin origin;
    private final AddressPolicy addresses;
    private final BlobDelivery delivery;

    Redirects(Transport transport, Wire wire, Origin origin, AddressPolicy addresses, BlobDelivery delivery) {
        this.transport = transport;
        this.wire = wire;
        this.origin = origin;
        this.addresses = addresses;
        this.delivery = delivery;
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        RegistryResponse response = next.handle(request);
        boolean read = request.method().equals("GET") || request.isHead();
        if (!response.isRedirect()) {
            return response;
        }
        URI from = wire.uri(request);
        if (!read) {
            response.close();
            throw refused("redirects a write", from);
        }
        return isForClient(request) ? relay(from, response) : follow(request, next, from, response);
    }

    private boolean isForClient(RegistryRequest request) {
        return delivery == BlobDelivery.REDIRECT
                && request.operation() instanceof PullBlob
                && !request.isHead()
                && !request.get(RegistryRequest.READ_HERE).orElse(false);
    }

    private RegistryResponse relay(URI from, RegistryResponse response) {
        URI to = target(from, response);
        response.close();
        return RegistryResponse.of(
                response.status(), Headers.of(HeaderNames.LOCATION, to.toASCIIString()), Body.empty());
    }

    private RegistryResponse follow(RegistryRequest request, RegistryHandler next, URI from, RegistryResponse first)
            throws IOException {
        RegistryResponse response = first;
        URI at = from;
        boolean bare = false;
        for (int hops = 0; response.isRedirect(); hops++) {
            URI to = target(at, response);
            response.close();
            if (hops == MOST_HOPS) {
                throw refused("redirects more than " + MOST_HOPS + " times", to);
            }
            bare |= !Origin.of(to).equals(Optional.of(origin));
            response = bare ? fetchBare(request, to) : next.handle(request.with(Wire.AT, to));
            at = to;
        }
        return response;
    }

    private RegistryResponse fetchBare(RegistryRequest request, URI to) throws IOException {
        Headers headers = request.headers().filter((name, value) -> BARE.contains(name.toLowerCase(Locale.ROOT)));
        RegistryResponse response = send(request.method(), to, headers);
        boolean refused = response.status() >= 400 && response.status() < 500 && response.status() != 416;
        if (!refused) {
            return response;
        }
        if (request.isHead()) {
            return sizeByGet(to, headers, response);
        }
        response.close();
        throw new IOException("storage at " + to.getHost() + " answered " + response.status());
    }

    /** A signature made for GET refuses HEAD; the first byte tells the size as well. */
    private RegistryResponse sizeByGet(URI to, Headers headers, RegistryResponse refusal) throws IOException {
        refusal.close();
        try (RegistryResponse first = send("GET", to, headers.with(HeaderNames.RANGE, "bytes=0-0"))) {
            Optional<ContentRange> range =
                    first.headers().first(HeaderNames.CONTENT_RANGE).flatMap(ContentRange::parse);
            if (first.status() == 206 && range.isPresent() && range.get().size().isPresent()) {
                return sized(first, range.get().size().getAsLong());
            }
            if (first.status() == 200 && first.body().length().isPresent()) {
                return sized(first, first.body().length().getAsLong());
            }
            throw new IOException("storage at " + to.getHost() + " answered " + first.status());
        }
    }

    private static RegistryResponse sized(RegistryResponse response, long size) {
        Headers headers = response.headers()
                .without(HeaderNames.CONTENT_RANGE)
                .with(HeaderNames.CONTENT_LENGTH, Long.toString(size));
        return RegistryResponse.of(200, headers, Body.empty());
    }

    private RegistryResponse send(String method, URI to, Headers headers) throws IOException {
        return transport
                .send(new TransportRequest(method, to, headers, Body.empty(), addresses))
                .mapHeaders(HopByHop::strip);
    }

    /** Where a redirect leads; refuses what no storage needs: other schemes, user info, a step down from https. */
    private URI target(URI from, RegistryResponse response) {
        try {
            URI to =
                    resolve(from, response.headers().first(HeaderNames.LOCATION).orElse(""));
            Origin there = Origin.of(to).orElseThrow(() -> new IllegalArgumentException("not http"));
            if (Origin.of(from).filter(Origin::isSecure).isPresent() && !there.isSecure()) {
                throw refused("redirects from https to http", to);
            }
            addresses.checkLiteral(there.host());
            return to;
        } catch (IllegalArgumentException | IOException e) {
            response.close();
            throw new RegistryException(
                    ErrorCode.UNAVAILABLE.because("the registry redirects to where this proxy does not go"), e);
        } catch (RegistryException e) {
            response.close();
            throw e;
        }
    }

    private static URI resolve(URI from, String location) {
        if (location.isBlank()) {
            throw new IllegalArgumentException("no Location");
        }
        return from.resolve(URI.create(location.strip()));
    }

    private static RegistryException refused(String what, URI to) {
        LOG.log(Level.WARNING, "TRUST the registry {0}, to {1}", what, to.getHost());
        return ErrorCode.UNAVAILABLE
                .because("the registry redirects to where this proxy does not go")
                .asException();
    }
}

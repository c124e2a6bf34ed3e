package io.github.registryproxy.auth;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.document.JsonFields;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.AddressRefusedException;
import io.github.registryproxy.transport.AllowedAddresses;
import io.github.registryproxy.transport.Cidr;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.transport.TransportRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Asks endpoints that hand out credentials (metadata servers, token services): answers are small and come in time, or are
 * none. Two tries at most, the second where the first met a broken connection or a 5xx. Redirects are answers like others.
 *
 * <p>No message says more of an endpoint than its origin and the status.
 */
public final class EndpointClient {
    /**
     * Where public services may be: public addresses and, inside a virtual network, private ones; neither loopback nor
     * link-local ones.
     */
    public static final AddressPolicy SERVICES = AllowedAddresses.publicOnly()
            .and(
                    Cidr.parse("10.0.0.0/8"),
                    Cidr.parse("100.64.0.0/10"),
                    Cidr.parse("172.16.0.0/12"),
                    Cidr.parse("192.168.0.0/16"),
                    Cidr.parse("fc00::/7"));

    private static final int LARGEST = 256 * 1024;
    private static final int TRIES = 2;
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private final Transport transport;
    private final LongSupplier nanoTime;

    /**
     * What an endpoint said.
     *
     * @param content a secret, like as not
     */
    public record Answer(String origin, int status, Headers headers, byte[] content) {
        /** The content as a JSON object. */
        public Optional<JsonFields> json() {
            return JsonFields.parse(content);
        }

        /** When the endpoint says it is (RFC 9110 section 6.6.1), or what is given where it does not say. */
        public Instant date(Instant unknown) {
            try {
                return headers.first("Date")
                        .map(date -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)))
                        .orElse(unknown);
            } catch (DateTimeException e) {
                return unknown;
            }
        }

        /** To be thrown: who answered, and what was missing; without the content. */
        public IOException without(String what) {
            return new IOException(origin + " answered " + status + " without " + what);
        }

        @Override
        public String toString() {
            return origin + " answered " + status;
        }
    }

    /** @param transport stays the caller's */
    public EndpointClient(Transport transport) {
        this(transport, System::nanoTime);
    }

    EndpointClient(Transport transport, LongSupplier nanoTime) {
        this.transport = transport;
        this.nanoTime = nanoTime;
    }

    /**
     * The answer, whatever its status, with all of its body.
     *
     * @param request its body is repeatable
     * @throws IOException when there is none, or it is larger than 256 KiB or takes longer than 20 s
     */
    public Answer ask(TransportRequest request) throws IOException {
        String origin = request.uri().getScheme() + "://" + request.uri().getRawAuthority();
        for (int tried = 1; ; tried++) {
            long start = nanoTime.getAsLong();
            try (RegistryResponse response = transport.send(withAgent(request))) {
                if (tried == TRIES || response.status() < 500) {
                    byte[] content = read(response.body(), origin, start);
                    return new Answer(origin, response.status(), response.headers(), content);
                }
            } catch (InterruptedIOException | UpstreamTimeoutException | AddressRefusedException e) {
                throw e;
            } catch (TooMuchException e) {
                throw new IOException(e.getMessage(), e);
            } catch (IOException e) {
                if (tried == TRIES) {
                    throw e;
                }
            }
        }
    }

    /** What was asked is not repeated for having been answered badly. */
    private static final class TooMuchException extends IOException {
        private static final long serialVersionUID = 1;

        TooMuchException(String message) {
            super(message);
        }
    }

    private static TransportRequest withAgent(TransportRequest request) {
        Headers headers = request.headers().with(HeaderNames.USER_AGENT, "registry-proxy");
        return new TransportRequest(request.method(), request.uri(), headers, request.body(), request.addresses());
    }

    private byte[] read(Body body, String origin, long start) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (BodySource source = body.source()) {
            for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                if (content.size() + (long) bytes.remaining() > LARGEST) {
                    throw new TooMuchException(origin + " answered more than " + LARGEST + " bytes");
                }
                if (nanoTime.getAsLong() - start > LONGEST.toNanos()) {
                    throw new UpstreamTimeoutException(
                            origin + " took more than " + LONGEST.toSeconds() + " s to answer");
                }
                byte[] chunk = new byte[bytes.remaining()];
                bytes.get(chunk);
                content.write(chunk, 0, chunk.length);
            }
        }
        return content.toByteArray();
    }

    /** A body of text, to be sent again where need be. */
    public static Body text(String content) {
        return Body.of(content.getBytes(StandardCharsets.UTF_8));
    }
}

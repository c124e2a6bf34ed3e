package io.github.registryproxy.auth;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.document.TokenGrant;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryError;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.AddressRefusedException;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.transport.TransportRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks token servers: distribution project, "Token Authentication Specification" (GET) and "OAuth2 Token Authentication"
 * (POST, for identity tokens). Two tries at most, and only where the first met a broken connection or a 5xx.
 */
final class TokenClient {
    private static final int LARGEST = 1024 * 1024;
    private static final int TRIES = 2;
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private final Transport transport;
    private final InstantSource clock;
    private final LongSupplier nanoTime;

    TokenClient(Transport transport, InstantSource clock, LongSupplier nanoTime) {
        this.transport = transport;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /**
     * A token.
     *
     * @param credentials that the realm may see; a {@link Credentials.Header} is never sent
     * @throws CredentialsRefusedException when the server takes them for wrong
     * @throws RegistryException UNAVAILABLE (502, 503, 504) or TOOMANYREQUESTS (429) when there is no token for other reasons
     */
    Token fetch(TokenQuestion question, Credentials credentials, AddressPolicy addresses) throws IOException {
        if (credentials instanceof Credentials.IdentityToken identity) {
            Optional<Token> token = exchange(TokenRequests.post(question, identity, addresses), true);
            if (token.isPresent()) {
                return token.get();
            }
        }
        return exchange(TokenRequests.get(question, credentials, addresses), false)
                .orElseThrow();
    }

    /** Empty only where the server does not know the method. */
    private Optional<Token> exchange(TransportRequest request, boolean byPost) throws IOException {
        long start = nanoTime.getAsLong();
        for (int tried = 1; ; tried++) {
            try (RegistryResponse response = transport.send(request)) {
                boolean retry = tried < TRIES
                        && response.status() >= 500
                        && retryAfter(response).isEmpty();
                if (!retry) {
                    return byPost && (response.status() == 404 || response.status() == 405)
                            ? Optional.empty()
                            : Optional.of(token(response, byPost, start));
                }
            } catch (InterruptedIOException | CredentialsRefusedException e) {
                throw e;
            } catch (UpstreamTimeoutException e) {
                throw unavailable("the registry's token server does not answer", 504, e);
            } catch (AddressRefusedException e) {
                throw unavailable("the registry's token server is at an address the proxy may not use", 502, e);
            } catch (IOException e) {
                if (tried == TRIES) {
                    throw unavailable("the registry's token server cannot be reached", 502, e);
                }
            }
        }
    }

    private Token token(RegistryResponse response, boolean byPost, long start) throws IOException {
        int status = response.status();
        if (status == 401 || status == 403 || (status == 400 && byPost)) {
            throw new CredentialsRefusedException(status);
        }
        Optional<Duration> wait = retryAfter(response);
        if (status == 429) {
            throw later(ErrorCode.TOOMANYREQUESTS.because("the registry's token server asks to wait"), wait);
        }
        if (status == 503 && wait.isPresent()) {
            throw later(
                    ErrorCode.UNAVAILABLE
                            .because("the registry's token server asks to wait")
                            .withStatus(503),
                    wait);
        }
        if (status != 200) {
            throw unavailable("the registry's token server answered " + status, 502, null);
        }
        return TokenGrant.parse(read(response.body(), start), clock.instant())
                .map(grant -> Token.of(grant, start))
                .orElseThrow(() -> unavailable("the registry's token server answered without a token", 502, null));
    }

    /** Bytes that keep trickling in are no reason to wait for ever: the transport knows stalls, not slowness. */
    private byte[] read(Body body, long start) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (BodySource source = body.source()) {
            for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                if (content.size() + (long) bytes.remaining() > LARGEST) {
                    throw unavailable("the registry's token server answered too much", 502, null);
                }
                if (nanoTime.getAsLong() - start > LONGEST.toNanos()) {
                    throw new UpstreamTimeoutException("token response took more than " + LONGEST.toSeconds() + " s");
                }
                byte[] chunk = new byte[bytes.remaining()];
                bytes.get(chunk);
                content.write(chunk, 0, chunk.length);
            }
        }
        return content.toByteArray();
    }

    private Optional<Duration> retryAfter(RegistryResponse response) {
        return response.headers().retryAfter(clock.instant());
    }

    private static RegistryException later(RegistryError error, Optional<Duration> wait) {
        return wait.map(error::withRetryAfter).orElse(error).asException();
    }

    private static RegistryException unavailable(String message, int status, @Nullable Throwable cause) {
        return new RegistryException(ErrorCode.UNAVAILABLE.because(message).withStatus(status), cause);
    }
}

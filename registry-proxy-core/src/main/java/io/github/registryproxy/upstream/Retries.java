package io.github.registryproxy.upstream;

import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.transport.AddressRefusedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;

/**
 * Asks again for what can be asked again: GET and HEAD without a body, when there was no answer or one of 500, 502, 503, 504.
 * Silence is not repeated, a wait the registry asks for is not shortened, and 429 is never answered by more requests.
 */
final class Retries implements Middleware {
    static final int MOST_TRIES = 3;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private final Backoff backoff;

    Retries(Backoff backoff) {
        this.backoff = backoff;
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        boolean read = request.method().equals("GET") || request.isHead();
        int most = read && request.body().repeatable() ? MOST_TRIES : 1;
        for (int tries = 1; ; tries++) {
            try {
                RegistryResponse response = next.handle(request);
                if (tries == most || !mayPass(response)) {
                    return response;
                }
                response.close();
            } catch (AddressRefusedException | UpstreamTimeoutException | InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                if (tries == most) {
                    throw e;
                }
            }
            backoff.await(tries);
        }
    }

    private static boolean mayPass(RegistryResponse response) {
        boolean passing = switch (response.status()) {
            case 500, 502, 503, 504 -> true;
            default -> false;
        };
        return passing
                && response.headers()
                        .retryAfter(Instant.now())
                        .map(wait -> wait.compareTo(LONGEST_WAIT) <= 0)
                        .orElse(true);
    }
}

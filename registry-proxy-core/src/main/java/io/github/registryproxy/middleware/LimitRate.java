package io.github.registryproxy.middleware;

import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Gives each client so many requests a second: whoever logged in as an identity, else each address (an IPv6 /64). One too many
 * gets TOOMANYREQUESTS (code-14), 429, and when to come back. Place it inside the login, which is bounded by itself.
 *
 * <pre>{@code
 * RegistryProxy.builder().use(login).use(LimitRate.builder(50).burst(500).build()).upstream(hub).build();
 * }</pre>
 */
public final class LimitRate implements Middleware {
    private final Shares shares;

    private LimitRate(Builder builder) {
        int burst = builder.burst == 0 ? (int) Math.min(Integer.MAX_VALUE, 10L * builder.perSecond) : builder.burst;
        this.shares = new Shares(builder.perSecond, burst, builder.clients, builder.nanos);
    }

    /** @param perSecond requests, 1 or more */
    public static Builder builder(int perSecond) {
        return new Builder(perSecond);
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        long wait = shares.tryTake(ClientKey.of(request));
        if (wait > 0) {
            // Up to whole seconds: a client that comes back on time is served.
            Duration pause = Duration.ofSeconds(
                    Duration.ofNanos(wait).plusNanos(999_999_999).toSeconds());
            return RegistryResponse.of(
                    ErrorCode.TOOMANYREQUESTS.because("too many requests").withRetryAfter(pause));
        }
        return next.handle(request);
    }

    /** Sets the limits. */
    public static final class Builder {
        private final int perSecond;
        private int burst;
        private int clients = 10_000;
        private LongSupplier nanos = System::nanoTime;

        private Builder(int perSecond) {
            this.perSecond = positive("perSecond", perSecond);
        }

        /** How many requests a client that has rested has at once, 1 or more. Default: those of ten seconds. */
        public Builder burst(int requests) {
            burst = positive("burst", requests);
            return this;
        }

        /** How many clients are remembered, 1 or more; of more, those least seen begin anew. Default: 10 000. */
        public Builder clients(int number) {
            clients = positive("clients", number);
            return this;
        }

        /** The clock, in nanoseconds that never go back. Default: {@link System#nanoTime}. */
        public Builder nanos(LongSupplier clock) {
            nanos = Objects.requireNonNull(clock, "clock");
            return this;
        }

        public LimitRate build() {
            return new LimitRate(this);
        }

        private static int positive(String name, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(name + " takes 1 or more, not " + value);
            }
            return value;
        }
    }
}

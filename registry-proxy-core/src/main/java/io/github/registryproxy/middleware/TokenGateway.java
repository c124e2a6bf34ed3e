package io.github.registryproxy.middleware;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.auth.Realm;
import io.github.registryproxy.auth.TrustedRealms;
import io.github.registryproxy.protocol.Challenge;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.Transport;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets clients log in with credentials of their own: shows them this proxy's token endpoint as realm, and passes what they
 * ask there on to the upstream's realm. Place it inside renaming, next to an upstream that passes Authorization through.
 *
 * <p>A client's credentials go to a trusted realm alone, the proxy's own never to any. Errors of the token endpoint: DENIED
 * (403) where the client sent credentials and the realm is not trusted, UNSUPPORTED (404) where the registry gives no tokens,
 * UNAVAILABLE (502, 504) where its token server gives no usable answer.
 *
 * <pre>{@code
 * RegistryProxy.builder().use(RenameRepository.under("team")).use(TokenGateway.builder(transport, realms).build())
 * }</pre>
 */
public final class TokenGateway implements Middleware {
    private final TokenForwarder forwarder;
    private final AtomicReference<@Nullable Upstream> known = new AtomicReference<>();

    /** Where the upstream sends its clients. */
    record Upstream(Realm realm, Optional<String> service) {}

    private TokenGateway(TokenForwarder forwarder) {
        this.forwarder = forwarder;
    }

    /**
     * @param transport to the realm; stays the caller's
     * @param realms which of them may see what clients send
     */
    public static Builder builder(Transport transport, TrustedRealms realms) {
        return new Builder(transport, realms);
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        if (request.operation() instanceof Operation.Token token) {
            return token(request, token, next);
        }
        RegistryResponse response = next.handle(request);
        if (!response.headers().contains(HeaderNames.WWW_AUTHENTICATE)) {
            return response;
        }
        remember(response);
        String realm = request.client().base().toASCIIString() + Operation.Token.PATH;
        return response.mapHeaders(headers -> withRealm(headers, realm));
    }

    private RegistryResponse token(RegistryRequest request, Operation.Token token, RegistryHandler next)
            throws IOException {
        Upstream upstream = known.get();
        if (upstream == null) {
            upstream = discover(request, next);
        }
        try {
            RegistryResponse response = forwarder.forward(request, token, upstream);
            if (response.status() == 404 || response.status() >= 500) {
                forget(upstream);
            }
            return response;
        } catch (RuntimeException | IOException e) {
            forget(upstream);
            throw e;
        }
    }

    /** Asked only when the first client needs it: an upstream that is away stops nobody from starting. */
    private Upstream discover(RegistryRequest request, RegistryHandler next) throws IOException {
        RegistryRequest ping = RegistryRequest.of(
                "GET", Target.of(new Operation.Ping()), Headers.EMPTY, Body.empty(), request.client());
        try (RegistryResponse response = next.handle(ping)) {
            remember(response);
            Upstream found = known.get();
            if (found != null) {
                return found;
            }
            if (response.status() >= 500) {
                throw ErrorCode.UNAVAILABLE
                        .because("the registry does not say where its tokens are")
                        .asException();
            }
        }
        throw ErrorCode.UNSUPPORTED
                .because("this registry gives no tokens")
                .withStatus(404)
                .asException();
    }

    private void remember(RegistryResponse response) {
        Challenge.parse(response.headers().all(HeaderNames.WWW_AUTHENTICATE)).stream()
                .filter(challenge -> challenge.isScheme("Bearer"))
                .flatMap(challenge ->
                        Realm.of(challenge).map(realm -> new Upstream(realm, challenge.parameter("service"))).stream())
                .findFirst()
                .ifPresent(this::remember);
    }

    /** One repository's odd challenge does not lead everybody's credentials to a refusal. */
    private void remember(Upstream seen) {
        Upstream before = known.get();
        if (before == null || forwarder.trusts(seen.realm()) || !forwarder.trusts(before.realm())) {
            known.set(seen);
        }
    }

    /** The next client asks the registry again: realms move. */
    private void forget(Upstream upstream) {
        Upstream now = known.get();
        if (upstream.equals(now)) {
            known.compareAndSet(now, null);
        }
    }

    /** Lines without a Bearer challenge stay byte for byte. */
    private static Headers withRealm(Headers headers, String realm) {
        Headers[] changed = {Headers.EMPTY};
        headers.forEach((name, value) -> changed[0] =
                changed[0].and(name, name.equalsIgnoreCase(HeaderNames.WWW_AUTHENTICATE) ? line(value, realm) : value));
        return changed[0];
    }

    private static String line(String value, String realm) {
        List<Challenge> challenges = Challenge.parse(List.of(value));
        if (challenges.stream().noneMatch(challenge -> challenge.isScheme("Bearer"))) {
            return value;
        }
        return challenges.stream()
                .map(challenge -> challenge.isScheme("Bearer") ? challenge.with("realm", realm) : challenge)
                .map(Challenge::toString)
                .collect(Collectors.joining(", "));
    }

    /** Which realms, and what may be asked there. */
    public static final class Builder {
        private final Transport transport;
        private final TrustedRealms realms;
        private AddressPolicy unlisted = AddressPolicy.ANY;
        private boolean catalog;

        private Builder(Transport transport, TrustedRealms realms) {
            this.transport = Objects.requireNonNull(transport, "transport");
            this.realms = Objects.requireNonNull(realms, "realms");
        }

        /** Where realms may be that nobody listed, which questions without credentials go to; anywhere unless set. */
        public Builder unlistedAddresses(AddressPolicy policy) {
            unlisted = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /** Whether clients may ask for {@code registry:} scopes, such as the catalog's; not unless set. */
        public Builder allowCatalog(boolean allowed) {
            catalog = allowed;
            return this;
        }

        public TokenGateway build() {
            return new TokenGateway(new TokenForwarder(transport, realms, unlisted, catalog));
        }
    }
}

package io.github.registryproxy.auth;

import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.transport.AddressPolicy;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Tokens for one upstream: from the cache or from a server that may be asked, with what it may be told. */
final class Tokens {
    private final String upstream;
    private final TrustedRealms realms;
    private final AddressPolicy unlisted;
    private final TokenClient client;
    private final TokenCache cache;

    /** A token, and whether it was there before the question. */
    record Answer(Token token, boolean cached) {}

    Tokens(String upstream, TrustedRealms realms, AddressPolicy unlisted, TokenClient client, TokenCache cache) {
        this.upstream = upstream;
        this.realms = realms;
        this.unlisted = unlisted;
        this.client = client;
        this.cache = cache;
    }

    /**
     * A token.
     *
     * @throws CredentialsRefusedException when the server does not take the credentials
     * @throws io.github.registryproxy.protocol.RegistryException UNAVAILABLE (502) when the realm may not be asked, and as
     *     {@link TokenClient#fetch}
     */
    Answer get(TokenQuestion question, Credentials credentials) throws IOException {
        Realm realm = question.realm();
        boolean trusted = realms.trusts(realm);
        boolean secret = !(credentials instanceof Credentials.Anonymous);
        if (!realms.mayBeAsked(realm) || (secret && !trusted)) {
            realms.warn(realm);
            throw ErrorCode.UNAVAILABLE
                    .because("the registry names a token server that the proxy does not trust")
                    .asException();
        }
        AddressPolicy addresses = trusted ? AddressPolicy.ANY : unlisted;
        AtomicReference<@Nullable Token> fetched = new AtomicReference<>();
        Token token = cache.get(TokenCache.Key.of(upstream, credentials, question), () -> {
            Token fresh = client.fetch(question, credentials, addresses);
            fetched.set(fresh);
            return fresh;
        });
        return new Answer(token, !token.equals(fetched.get()));
    }

    /** Forgets a token the registry did not take. */
    void drop(TokenQuestion question, Credentials credentials, Token token) {
        cache.drop(TokenCache.Key.of(upstream, credentials, question), token);
    }

    /** In nanoseconds since the token was asked for. */
    long age(Token token) {
        return token.age(cache.now());
    }
}

package io.github.registryproxy.middleware;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.auth.Realm;
import io.github.registryproxy.auth.TrustedRealms;
import io.github.registryproxy.document.TokenGrant;
import io.github.registryproxy.protocol.Challenge;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Query;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.Scope;
import io.github.registryproxy.protocol.TokenForm;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.AddressRefusedException;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Carries one token request to the upstream's realm, and its answer back. */
final class TokenForwarder {
    private static final int LARGEST = 1024 * 1024;
    private static final Set<String> SECRET_FIELDS =
            Set.of("password", "refresh_token", "access_token", "client_secret", "assertion", "code");

    private final Transport transport;
    private final TrustedRealms realms;
    private final AddressPolicy unlisted;
    private final boolean catalog;

    TokenForwarder(Transport transport, TrustedRealms realms, AddressPolicy unlisted, boolean catalog) {
        this.transport = transport;
        this.realms = realms;
        this.unlisted = unlisted;
        this.catalog = catalog;
    }

    boolean trusts(Realm realm) {
        return realms.trusts(realm);
    }

    RegistryResponse forward(RegistryRequest request, Operation.Token token, TokenGateway.Upstream upstream)
            throws IOException {
        boolean post = request.method().equals("POST");
        boolean secret = post
                || request.headers().contains(HeaderNames.AUTHORIZATION)
                || SECRET_FIELDS.stream()
                        .anyMatch(name -> request.target().rest().first(name).isPresent());
        Realm realm = upstream.realm();
        boolean trusted = realms.trusts(realm);
        if (!realms.mayBeAsked(realm) || (secret && !trusted)) {
            realms.warn(realm);
            throw ErrorCode.DENIED
                    .because("the proxy does not trust the registry's token server with credentials;"
                            + " its operator can list it as a trusted realm, see the proxy's log")
                    .asException();
        }
        AddressPolicy addresses = trusted ? AddressPolicy.ANY : unlisted;
        TransportRequest question =
                post ? post(request, upstream, addresses) : get(request, token, upstream, addresses);
        try (RegistryResponse response = transport.send(question)) {
            return answer(response);
        } catch (UpstreamTimeoutException e) {
            throw unavailable("the registry's token server does not answer", 504, e);
        } catch (AddressRefusedException e) {
            throw unavailable("the registry's token server is at an address the proxy may not use", 502, e);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            throw unavailable("the registry's token server cannot be reached", 502, e);
        }
    }

    private TransportRequest get(
            RegistryRequest request, Operation.Token token, TokenGateway.Upstream upstream, AddressPolicy addresses) {
        Query own = upstream.realm().query();
        Query query = request.target().rest().without(name -> own.first(name).isPresent());
        Optional<String> service = token.service().or(upstream::service);
        if (service.isPresent() && own.first("service").isEmpty()) {
            query = query.and("service", service.get());
        }
        for (Scope scope : allowed(token.asked())) {
            query = query.and("scope", scope.toString());
        }
        return new TransportRequest("GET", upstream.realm().with(query), headers(request), Body.empty(), addresses);
    }

    private TransportRequest post(RegistryRequest request, TokenGateway.Upstream upstream, AddressPolicy addresses)
            throws IOException {
        TokenForm form = TokenForm.parse(request.body().readAll(TokenForm.LARGEST));
        Body body = Body.of(form.withScopes(allowed(form.scopes())).render());
        Headers headers = headers(request).and(HeaderNames.CONTENT_TYPE, TokenForm.MEDIA_TYPE);
        return new TransportRequest("POST", upstream.realm().with(Query.EMPTY), headers, body, addresses);
    }

    /** What renaming has mapped, and nothing else: other scopes would reach beyond what this proxy shows. */
    private List<Scope> allowed(List<Scope> asked) {
        return asked.stream()
                .filter(scope -> scope.repositoryName().isPresent()
                        || (catalog && scope.type().equals("registry")))
                .toList();
    }

    private static Headers headers(RegistryRequest request) {
        Headers headers = Headers.of(HeaderNames.ACCEPT, MediaType.JSON.value());
        for (String name : List.of(HeaderNames.AUTHORIZATION, HeaderNames.USER_AGENT)) {
            Optional<String> value = request.headers().first(name);
            headers = value.isPresent() ? headers.and(name, value.get()) : headers;
        }
        return headers;
    }

    private static RegistryResponse answer(RegistryResponse response) throws IOException {
        int status = response.status();
        ErrorCode code = switch (status) {
            case 200 -> ErrorCode.UNAVAILABLE;
            case 400, 404, 405 -> ErrorCode.UNSUPPORTED;
            case 401 -> ErrorCode.UNAUTHORIZED;
            case 403 -> ErrorCode.DENIED;
            case 429 -> ErrorCode.TOOMANYREQUESTS;
            default -> throw unavailable("the registry's token server answered " + status, 502, null);
        };
        byte[] content = read(response);
        boolean json = TokenGrant.mapScopes(content, UnaryOperator.identity()).isPresent();
        if (status == 200
                && !(json
                        && TokenGrant.parse(content, InstantSource.system().instant())
                                .isPresent())) {
            throw unavailable("the registry's token server answered without a token", 502, null);
        }
        RegistryResponse answer = json
                ? RegistryResponse.of(
                        status, Headers.of(HeaderNames.CONTENT_TYPE, MediaType.JSON.value()), Body.of(content))
                : RegistryResponse.of(code.because("the registry's token server refused the request")
                        .withStatus(status));
        return answer.mapHeaders(headers -> headers.and(kept(response.headers())));
    }

    private static byte[] read(RegistryResponse response) throws IOException {
        try {
            return response.body().readAll(LARGEST);
        } catch (RegistryException e) {
            throw unavailable("the registry's token server answered too much", 502, e);
        }
    }

    private static Headers kept(Headers received) {
        Headers kept = Headers.of(HeaderNames.CACHE_CONTROL, "no-store");
        for (String wait : received.all(HeaderNames.RETRY_AFTER)) {
            kept = kept.and(HeaderNames.RETRY_AFTER, wait);
        }
        for (String line : received.all(HeaderNames.WWW_AUTHENTICATE)) {
            List<Challenge> challenges = Challenge.parse(List.of(line));
            if (!challenges.isEmpty() && challenges.stream().allMatch(one -> one.isScheme("Basic"))) {
                kept = kept.and(HeaderNames.WWW_AUTHENTICATE, line);
            }
        }
        return kept;
    }

    private static RegistryException unavailable(String message, int status, @Nullable Throwable cause) {
        return new RegistryException(ErrorCode.UNAVAILABLE.because(message).withStatus(status), cause);
    }
}

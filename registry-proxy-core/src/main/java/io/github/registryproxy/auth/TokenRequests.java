package io.github.registryproxy.auth;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.protocol.Query;
import io.github.registryproxy.protocol.Scope;
import io.github.registryproxy.protocol.TokenForm;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.TransportRequest;
import java.util.Optional;

/** How questions to a token server are put on the wire. */
final class TokenRequests {
    private static final String CLIENT = "registry-proxy";
    private static final Headers COMMON =
            Headers.of(HeaderNames.ACCEPT, "application/json", HeaderNames.USER_AGENT, CLIENT);

    private TokenRequests() {}

    /** By GET, one field per scope, with Basic credentials where there are some. */
    static TransportRequest get(TokenQuestion question, Credentials credentials, AddressPolicy addresses) {
        Query query = service(question);
        for (Scope scope : question.scopes()) {
            query = query.and("scope", scope.toString());
        }
        Headers headers = basic(credentials)
                .map(basic -> COMMON.and(HeaderNames.AUTHORIZATION, basic.authorization()))
                .orElse(COMMON);
        return new TransportRequest("GET", question.realm().with(query), headers, Body.empty(), addresses);
    }

    /** By POST, the refresh token among the fields. */
    static TransportRequest post(TokenQuestion question, Credentials.IdentityToken identity, AddressPolicy addresses) {
        Query form = Query.EMPTY
                .and("grant_type", "refresh_token")
                .and(service(question))
                .and("client_id", CLIENT)
                .and("refresh_token", identity.refreshToken());
        Body body = Body.of(new TokenForm(form).withScopes(question.scopes()).render());
        Headers headers = COMMON.and(HeaderNames.CONTENT_TYPE, TokenForm.MEDIA_TYPE);
        return new TransportRequest("POST", question.realm().with(Query.EMPTY), headers, body, addresses);
    }

    private static Query service(TokenQuestion question) {
        return question.service().map(s -> Query.EMPTY.and("service", s)).orElse(Query.EMPTY);
    }

    /** An identity token goes under the user name that credential stores give it; for servers without POST. */
    private static Optional<Credentials.Basic> basic(Credentials credentials) {
        if (credentials instanceof Credentials.IdentityToken identity) {
            return Optional.of(new Credentials.Basic("<token>", identity.refreshToken()));
        }
        return credentials instanceof Credentials.Basic basic ? Optional.of(basic) : Optional.empty();
    }
}

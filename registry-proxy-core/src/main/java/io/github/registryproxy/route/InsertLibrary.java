package io.github.registryproxy.route;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.TagList;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.InRepository;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Scope;
import io.github.registryproxy.protocol.TokenForm;
import java.io.IOException;
import java.util.List;

/**
 * Asks for {@code library/alpine} where a client says {@code alpine}, as Docker Hub's users do; in mount sources and token scopes
 * as well. Names of several components pass.
 *
 * <p>What a client is told can be followed: Location, Link and the name in a tag list are in the name that it used. Challenges
 * and catalogs name {@code library/alpine}, which is a name here too.
 *
 * <pre>{@code
 * RegistryProxy.builder().use(new InsertLibrary()).upstream(hub).build();
 * }</pre>
 */
public final class InsertLibrary implements Middleware {
    private static final RepositoryName LIBRARY = new RepositoryName("library");
    private static final int LARGEST_LIST = 4 * 1024 * 1024;

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        Operation operation = request.operation();
        if (operation instanceof Operation.Token token) {
            return next.handle(token(request, token));
        }
        if (!(operation instanceof InRepository in)) {
            return next.handle(request);
        }
        RegistryResponse response = next.handle(request.with(request.target().mapNames(InsertLibrary::canonical)));
        RepositoryName used = in.repository();
        return canonical(used).equals(used) ? response : toClient(request, used, response);
    }

    private static RepositoryName canonical(RepositoryName name) {
        return name.value().indexOf('/') < 0 ? LIBRARY.resolve(name) : name;
    }

    private static RegistryRequest token(RegistryRequest request, Operation.Token token) throws IOException {
        RegistryRequest mapped = request.with(token.mapNames(InsertLibrary::canonical));
        if (!request.method().equals("POST")) {
            return mapped;
        }
        TokenForm form = TokenForm.parse(request.body().readAll(TokenForm.LARGEST));
        List<Scope> scopes = form.scopes().stream()
                .map(scope -> scope.mapName(InsertLibrary::canonical))
                .toList();
        return mapped.withBody(Body.of(form.withScopes(scopes).render()));
    }

    private static RegistryResponse toClient(RegistryRequest request, RepositoryName used, RegistryResponse response)
            throws IOException {
        RepositoryName canonical = canonical(used);
        RegistryResponse mapped = response.mapHeaders(headers ->
                OwnTargets.map(headers, target -> target.mapNames(name -> name.equals(canonical) ? used : name)));
        if (!(request.operation() instanceof Operation.ListTags) || mapped.status() != 200) {
            return mapped;
        }
        if (request.isHead()) {
            // It is the length of a list with the longer name.
            return mapped.mapHeaders(headers -> headers.without(HeaderNames.CONTENT_LENGTH));
        }
        try (mapped) {
            TagList list = TagList.parse(mapped.body().readAll(LARGEST_LIST))
                    .orElseThrow(() -> new IOException("the upstream's tag list is none"));
            return mapped.replaceBody(Body.of(list.withName(used.value()).toJson()));
        }
    }
}

package io.github.registryproxy.middleware;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.ErrorDocument;
import io.github.registryproxy.document.TagList;
import io.github.registryproxy.document.TokenGrant;
import io.github.registryproxy.protocol.Challenge;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Link;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.InRepository;
import io.github.registryproxy.protocol.RegistryError;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Scope;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The way back: every place where a response names a repository. */
final class RenamedResponse {
    private static final int LARGEST_LIST = 4 * 1024 * 1024;
    private static final int LARGEST_TOKEN = 1024 * 1024;

    private final RepositoryMapping mapping;
    private final NameScrubber scrubber;

    RenamedResponse(RepositoryMapping mapping) {
        this.mapping = mapping;
        this.scrubber = new NameScrubber(mapping);
    }

    /** The response in client names; the request is the client's. */
    RegistryResponse toClient(RegistryRequest request, RegistryResponse response) throws IOException {
        RegistryResponse renamed = response.mapHeaders(headers -> headers(request, headers));
        if (request.isHead()) {
            return renamed;
        }
        if (renamed.status() >= 400) {
            return error(renamed);
        }
        boolean tags = request.operation() instanceof Operation.ListTags && renamed.status() == 200;
        return tags ? tagList(((InRepository) request.operation()).repository(), renamed) : renamed;
    }

    /** What a token server answers, its {@code scope} in client names. */
    RegistryResponse token(RegistryResponse response) throws IOException {
        if (response.status() >= 400) {
            return error(response);
        }
        try (response) {
            byte[] json = response.body().readAll(LARGEST_TOKEN);
            byte[] mapped = TokenGrant.mapScopes(json, this::toClient)
                    .orElseThrow(() -> ErrorCode.UNAVAILABLE
                            .because("the token server's answer is no JSON document")
                            .asException());
            return response.replaceBody(Body.of(mapped));
        }
    }

    Headers headers(RegistryRequest request, Headers headers) {
        return challenges(request, links(location(headers)));
    }

    private Headers location(Headers headers) {
        Optional<String> location = headers.first(HeaderNames.LOCATION);
        if (location.isEmpty() || !RenameRepository.isTarget(location.get())) {
            return headers;
        }
        return RenameRepository.toClient(mapping, location.get())
                .map(mapped -> headers.with(HeaderNames.LOCATION, mapped))
                .orElseGet(() -> headers.without(HeaderNames.LOCATION));
    }

    private Headers links(Headers headers) {
        if (!headers.contains(HeaderNames.LINK)) {
            return headers;
        }
        Headers mapped = headers.without(HeaderNames.LINK);
        for (String line : headers.all(HeaderNames.LINK)) {
            for (Link link : Link.parse(line)) {
                Optional<String> target = RenameRepository.isTarget(link.target())
                        ? RenameRepository.toClient(mapping, link.target())
                        : Optional.of(link.target());
                if (target.isPresent()) {
                    mapped = mapped.and(
                            HeaderNames.LINK, link.withTarget(target.get()).toString());
                }
            }
        }
        return mapped;
    }

    /** Realm and scope move together: a client sent to the upstream's own realm needs the upstream's name there. */
    private Headers challenges(RegistryRequest request, Headers headers) {
        List<String> lines = headers.all(HeaderNames.WWW_AUTHENTICATE);
        if (lines.isEmpty()) {
            return headers;
        }
        String own = request.client().base() + Operation.Token.PATH;
        Headers mapped = headers.without(HeaderNames.WWW_AUTHENTICATE);
        for (Challenge challenge : Challenge.parse(lines)) {
            boolean ours = challenge.parameter("realm").filter(own::equals).isPresent();
            String text = (ours && challenge.parameter("scope").isPresent()
                            ? challenge.with("scope", Scope.render(known(challenge.scopes())))
                            : challenge)
                    .toString();
            mapped = Headers.isLegal(HeaderNames.WWW_AUTHENTICATE, text)
                    ? mapped.and(HeaderNames.WWW_AUTHENTICATE, text)
                    : mapped;
        }
        return mapped;
    }

    private List<Scope> known(List<Scope> scopes) {
        return scopes.stream()
                .filter(scope -> scope.repositoryName()
                        .map(name -> mapping.toClient(name).isPresent())
                        .orElse(true))
                .map(this::toClient)
                .toList();
    }

    private Scope toClient(Scope scope) {
        return scope.mapName(name -> mapping.toClient(name).orElse(name));
    }

    private RegistryResponse tagList(RepositoryName clientName, RegistryResponse response) throws IOException {
        try (response) {
            TagList list = TagList.parse(response.body().readAll(LARGEST_LIST))
                    .orElseThrow(() -> new IOException("the upstream's tag list is none"));
            return response.replaceBody(
                    Body.of(list.withName(clientName.value()).toJson()));
        }
    }

    private RegistryResponse error(RegistryResponse response) throws IOException {
        try (response) {
            byte[] json = response.body().readAll(ErrorDocument.LARGEST);
            Optional<ErrorDocument> document = ErrorDocument.parse(json, response.status());
            if (document.isEmpty()) {
                // What is no error document may name anything, in any way; nothing is lost to a client that knows the
                // protocol.
                return response.replaceBody(Body.empty());
            }
            List<RegistryError> scrubbed =
                    document.get().errors().stream().map(this::scrubbed).toList();
            return response.replaceBody(Body.of(new ErrorDocument(scrubbed).toJson()))
                    .mapHeaders(headers -> headers.with(HeaderNames.CONTENT_TYPE, MediaType.JSON.value()));
        }
    }

    private RegistryError scrubbed(RegistryError error) {
        String message = scrubber.scrub(error.message())
                .orElse("the registry refused this: " + error.code().value());
        return error.withMessage(message).withDetail(error.detail().flatMap(scrubber::scrub));
    }
}

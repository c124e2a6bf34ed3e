package io.github.registryproxy.middleware;

import io.github.registryproxy.Body;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.InRepository;
import io.github.registryproxy.protocol.Operation.MountBlob;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Scope;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.protocol.TokenForm;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Serves repositories under names of their own: there and back in paths, mount sources, catalogs, token scopes, Location,
 * Link, challenges, tag lists and errors. Names outside the mapping are unknown to clients (NAME_UNKNOWN, code-9), and the
 * upstream is not asked. Manifests and blobs are never touched: the digest is the promise.
 *
 * <pre>{@code
 * RegistryProxy.builder().use(RenameRepository.under("team/a")).upstream(registry).build();   // app is team/a/app there
 * }</pre>
 */
public final class RenameRepository implements Middleware {
    private final RepositoryMapping mapping;
    private final RenamedResponse responses;

    public RenameRepository(RepositoryMapping mapping) {
        this.mapping = mapping;
        this.responses = new RenamedResponse(mapping);
    }

    /** Client name {@code app}, upstream name {@code prefix/app}. */
    public static RenameRepository under(String prefix) {
        return new RenameRepository(RepositoryMapping.under(new RepositoryName(prefix)));
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        Operation operation = request.operation();
        if (operation instanceof Operation.Catalog) {
            return new RenamedCatalog(mapping, responses).handle(request, next);
        }
        if (operation instanceof Operation.Token token) {
            return responses.token(next.handle(token(request, token)));
        }
        if (operation instanceof Operation.Other) {
            throw ErrorCode.NAME_UNKNOWN.because("no such endpoint").asException();
        }
        RegistryRequest renamed = request.with(toUpstream(request.target()));
        return responses.toClient(request, next.handle(renamed));
    }

    private Target toUpstream(Target target) {
        if (target.operation() instanceof MountBlob mount
                && mount.from().isPresent()
                && mapping.toUpstream(mount.from().get()).isEmpty()) {
            // end-11: a registry that cannot mount begins an upload instead; a digest beside it would make it end-4b.
            Operation start = new Operation.StartUpload(upstreamName(mount.repository()));
            return new Target(start, target.rest().without("digest"::equals));
        }
        return target.operation() instanceof InRepository ? target.mapNames(this::upstreamName) : target;
    }

    private RepositoryName upstreamName(RepositoryName clientName) {
        return mapping.toUpstream(clientName)
                .orElseThrow(() -> ErrorCode.NAME_UNKNOWN
                        .because("repository name not known to registry")
                        .asException());
    }

    /** Scopes of names outside the mapping are left out: a token may grant less than was asked for, and never more. */
    private RegistryRequest token(RegistryRequest request, Operation.Token token) throws IOException {
        Operation.Token mapped = new Operation.Token(known(token.asked()), token.service());
        if (!request.method().equals("POST")) {
            return request.with(mapped);
        }
        TokenForm form = TokenForm.parse(request.body().readAll(TokenForm.LARGEST));
        TokenForm renamed = form.withScopes(known(form.scopes()));
        return request.with(mapped).withBody(Body.of(renamed.render()));
    }

    private List<Scope> known(List<Scope> scopes) {
        return scopes.stream()
                .filter(scope -> scope.repositoryName()
                        .map(name -> mapping.toUpstream(name).isPresent())
                        .orElse(!scope.type().startsWith("repository")))
                .map(scope -> scope.mapName(this::upstreamName))
                .toList();
    }

    /** Whether a response's Location or Link is a target of ours rather than an address elsewhere. */
    static boolean isTarget(String location) {
        return location.startsWith("/") && !location.startsWith("//");
    }

    /** The target in client names; empty where it leads to what clients do not see. */
    static Optional<String> toClient(RepositoryMapping mapping, String location) {
        Target target = Target.parse("GET", location);
        if (target.operation() instanceof InRepository there) {
            return mapping.toClient(there.repository())
                    .map(name -> target.mapNames(any -> name).render());
        }
        return target.operation() instanceof Operation.Ping ? Optional.of(location) : Optional.empty();
    }
}

package io.github.registryproxy.policy;

import io.github.registryproxy.Body;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.policy.Rules.Verdict;
import io.github.registryproxy.protocol.Access;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.InRepository;
import io.github.registryproxy.protocol.Operation.MountBlob;
import io.github.registryproxy.protocol.Scope;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.protocol.TokenForm;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/**
 * Serves the repositories that rules allow. The others are not there: reads get NAME_UNKNOWN (code-9, 404) whether they exist or
 * not, writes DENIED (code-12, 403), and the upstream is not asked. A blob to be mounted from one is uploaded instead (end-11),
 * the catalog is shown without them, and tokens for them are not asked for. Endpoints this library does not know are refused.
 *
 * <p>The rules are about names as clients write them where this stands outside {@code RenameRepository}, and about the upstream's
 * where it stands inside. Place it inside logs, limits and logins.
 *
 * <pre>{@code
 * RegistryProxy.builder().use(new AllowRepositories(Rules.ofRepositories("!team/secret*", "team/*"))).upstream(hub).build();
 * }</pre>
 */
public final class AllowRepositories implements Middleware {
    private static final String POLICY = "AllowRepositories";

    private final Rules rules;
    private final Refusals refusals;
    private final FilteredList catalog = new FilteredCatalog();

    /** Tells refusals to the log. */
    public AllowRepositories(Rules rules) {
        this(rules, Audit.log());
    }

    public AllowRepositories(Rules rules, Audit audit) {
        this.rules = Objects.requireNonNull(rules, "rules");
        this.refusals = new Refusals(Objects.requireNonNull(audit, "audit"), POLICY);
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        Operation operation = request.operation();
        if (operation instanceof InRepository in) {
            Verdict verdict = rules.decide(in.repository().value());
            if (!verdict.allowed()) {
                return refusals.of(
                        request,
                        verdict.rule(),
                        in.access() == Access.PULL
                                ? Refusals.NO_REPOSITORY
                                : ErrorCode.DENIED.because("this repository takes no writes"));
            }
            return next.handle(operation instanceof MountBlob mount ? mounted(request, mount) : request);
        }
        if (operation.access() == Access.UNKNOWN) {
            return refusals.ofUnknown(request);
        }
        if (Audit.isDryRun(request)) {
            return next.handle(request);
        }
        if (operation instanceof Operation.Catalog) {
            return catalog.answer(request, next, rules::allows);
        }
        return next.handle(operation instanceof Operation.Token token ? token(request, token) : request);
    }

    /** Where no source is named, the registry would look for one, in hidden repositories too. */
    private RegistryRequest mounted(RegistryRequest request, MountBlob mount) {
        if (mount.from().isEmpty()) {
            return Audit.isDryRun(request) ? request : uploaded(request, mount);
        }
        Verdict verdict = rules.decide(mount.from().get().value());
        if (verdict.allowed()) {
            return request;
        }
        refusals.tell(request, "from " + mount.from().get() + ": " + verdict.rule());
        return Audit.isDryRun(request) ? request : uploaded(request, mount);
    }

    /** end-11: what cannot be mounted is uploaded; a digest beside it would make it end-4b. */
    static RegistryRequest uploaded(RegistryRequest request, MountBlob mount) {
        Operation start = new Operation.StartUpload(mount.repository());
        return request.with(new Target(start, request.target().rest().without("digest"::equals)));
    }

    private RegistryRequest token(RegistryRequest request, Operation.Token token) throws IOException {
        RegistryRequest less = request.with(new Operation.Token(allowed(token.asked()), token.service()));
        if (!request.method().equals("POST")) {
            return less;
        }
        TokenForm form = TokenForm.parse(request.body().readAll(TokenForm.LARGEST));
        return less.withBody(Body.of(form.withScopes(allowed(form.scopes())).render()));
    }

    /** A token may grant less than was asked for. */
    private List<Scope> allowed(List<Scope> scopes) {
        return scopes.stream()
                .filter(scope -> scope.repositoryName()
                        .map(name -> rules.allows(name.value()))
                        .orElse(!scope.type().startsWith("repository")))
                .toList();
    }
}

package io.github.registryproxy.login;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Identity;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.policy.Audit;
import io.github.registryproxy.policy.FilteredCatalog;
import io.github.registryproxy.protocol.Access;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Scope;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who proves to be somebody and may do what is asked; nothing is read of the body and nothing asked of the registry
 * before. What stands inside finds the {@link Identity} on the request, and no Authorization.
 *
 * <p>Without a login, or with a wrong one: UNAUTHORIZED (code-11), 401, with a challenge, for the version check as well. Logged
 * in, but not allowed: a read NAME_UNKNOWN (code-9), 404, as if it did not exist; all else DENIED (code-12), 403. A mount from
 * where one may not read becomes an upload. Logins that failed too often: TOOMANYREQUESTS (code-14), 429. A login that cannot
 * be checked: UNAVAILABLE, 503. A catalog holds what the client may pull. Place it outside renaming, since its rules are about
 * the names that clients use.
 *
 * <pre>{@code
 * RequireLogin login = RequireLogin.builder(AccessRules.builder().allow(Who.loggedIn(), Access.PULL).build())
 *         .authenticator(Htpasswd.of(Path.of("users")))
 *         .tokens(AccessTokens.builder().build())
 *         .build();
 * RegistryProxy.builder().use(login).use(RenameRepository.under("team")).upstream(hub).build();
 * }</pre>
 */
public final class RequireLogin implements Middleware {
    private static final String POLICY = "RequireLogin";

    private final AccessRules rules;
    private final Logins logins;
    private final Optional<TokenEndpoint> endpoint;
    private final Challenges challenges;
    private final Audit audit;
    private final boolean keepAuthorization;

    private RequireLogin(Builder builder) {
        AccessTokens tokens = builder.tokens;
        this.rules = builder.rules;
        this.logins = new Logins(
                builder.authenticators, tokens, new FailedLogins(builder.failures, builder.window, builder.nanos));
        this.endpoint = Optional.ofNullable(tokens).map(t -> new TokenEndpoint(rules, t, logins));
        this.challenges =
                new Challenges(builder.realm, Optional.ofNullable(tokens).map(AccessTokens::service));
        this.audit = builder.audit;
        this.keepAuthorization = builder.keepAuthorization;
    }

    /** @param rules who may do what, by the names that clients use */
    public static Builder builder(AccessRules rules) {
        return new Builder(rules);
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        try {
            if (request.operation() instanceof Operation.Token token) {
                return token(request, token);
            }
            Login login = logins.toRegistry(request, Presented.by(request));
            if (login instanceof Login.Bad bad) {
                audit.refused(request, POLICY, bad.why());
                return challenges.invalid(request);
            }
            Login.Good good =
                    login instanceof Login.Good known ? known : new Login.Good(Optional.empty(), Optional.empty());
            return decide(request, good, login instanceof Login.None, next);
        } catch (RegistryException e) {
            if (e.error().status() == 429) {
                audit.refused(request, POLICY, e.error().message());
            }
            throw e;
        }
    }

    private RegistryResponse decide(RegistryRequest request, Login.Good login, boolean none, RegistryHandler next)
            throws IOException {
        Operation operation = request.operation();
        // Clients take the answer to the version check for what the registry wants always: without a proof, a proof.
        boolean check = none && operation.access() == Access.NONE;
        if (!check && rules.allows(login.who(), operation)) {
            if (!mayNow(login, operation)) {
                return challenges.insufficient(request);
            }
            RegistryRequest passed = passed(request, login);
            return operation instanceof Operation.Catalog
                    ? FilteredCatalog.of(passed, next, name -> rules.allows(login.who(), name, Access.PULL))
                    : next.handle(passed);
        }
        if (none) {
            return challenges.missing(request);
        }
        RegistryRequest known = login.who().map(who -> who.on(request)).orElse(request);
        audit.refused(known, POLICY, "no rule allows " + operation.access());
        return login.who().isPresent() ? denied(request) : challenges.insufficient(request);
    }

    private RegistryRequest passed(RegistryRequest request, Login.Good login) {
        RegistryRequest passed = keepAuthorization
                ? request
                : request.withHeaders(headers -> headers.without(HeaderNames.AUTHORIZATION));
        passed = login.who().isPresent() ? login.who().get().on(passed) : passed;
        return passed.operation() instanceof Operation.MountBlob mount && !mayMount(mount, login)
                ? passed.with(new Operation.StartUpload(mount.repository()))
                : passed;
    }

    /**
     * Whether what the token is for is enough, with what anybody may do. A mount needs the source as well: where only the token lacks
     * it, the client is told to ask for more.
     */
    private boolean mayNow(Login.Good login, Operation operation) {
        List<Scope> scopes = login.scopes().orElse(null);
        if (scopes == null) {
            return true;
        }
        boolean own = Grants.cover(scopes, operation) || rules.allows(Optional.empty(), operation);
        boolean mounts = operation instanceof Operation.MountBlob mount && mayMount(mount, login);
        return own
                && (!mounts
                        || mayReadNow(
                                scopes, ((Operation.MountBlob) operation).from().orElseThrow()));
    }

    private boolean mayReadNow(List<Scope> scopes, RepositoryName from) {
        return Grants.cover(scopes, from, Access.PULL) || rules.allows(Optional.empty(), from, Access.PULL);
    }

    /** Without a source the registry would look everywhere, which is more than anybody may see. */
    private boolean mayMount(Operation.MountBlob mount, Login.Good login) {
        return mount.from()
                .filter(from -> rules.allows(login.who(), from, Access.PULL))
                .isPresent();
    }

    private static RegistryResponse denied(RegistryRequest request) {
        boolean reads = request.method().equals("GET") || request.isHead();
        Access access = request.operation().access();
        return RegistryResponse.of(
                access == Access.PULL || (access == Access.UNKNOWN && reads)
                        ? ErrorCode.NAME_UNKNOWN.because("repository name not known to registry")
                        : ErrorCode.DENIED.because("requested access to the resource is denied"));
    }

    private RegistryResponse token(RegistryRequest request, Operation.Token token) throws IOException {
        if (endpoint.isEmpty()) {
            return RegistryResponse.of(ErrorCode.UNSUPPORTED
                    .because("this registry gives no tokens")
                    .withStatus(404));
        }
        Optional<TokenEndpoint.Question> question = endpoint.get().read(request, token);
        if (question.isEmpty()) {
            return TokenEndpoint.unsupportedGrant();
        }
        Login login = endpoint.get().login(request, question.get());
        if (login instanceof Login.Good good) {
            good.who().ifPresent(who -> who.on(request));
            return endpoint.get().grant(good.who(), question.get());
        }
        if (login instanceof Login.Bad bad) {
            audit.refused(request, POLICY, bad.why());
        } else if (rules.allowsAnybody()) {
            return endpoint.get().grant(Optional.empty(), question.get());
        }
        return challenges.basic();
    }

    /** Who may come in, and how. */
    public static final class Builder {
        private final AccessRules rules;
        private final List<Authenticator> authenticators = new ArrayList<>();
        private @Nullable AccessTokens tokens;
        private String realm = "registry";
        private int failures = 10;
        private Duration window = Duration.ofMinutes(1);
        private LongSupplier nanos = System::nanoTime;
        private Audit audit = Audit.log();
        private boolean keepAuthorization;

        private Builder(AccessRules rules) {
            this.rules = Objects.requireNonNull(rules, "rules");
        }

        /** Adds one, asked after those added before. What reads tokens goes before what spends time on passwords. */
        public Builder authenticator(Authenticator authenticator) {
            authenticators.add(Objects.requireNonNull(authenticator, "authenticator"));
            return this;
        }

        /**
         * Gives tokens at {@link Operation.Token#PATH} and sends clients there, by the address they came by. Without, clients are
         * asked for Basic, with every request.
         */
        public Builder tokens(AccessTokens own) {
            tokens = Objects.requireNonNull(own, "own");
            return this;
        }

        /** The realm of Basic challenges, for people. Default: registry. */
        public Builder realm(String name) {
            if (!name.chars().allMatch(c -> c >= 0x20 && c < 0x7f && c != '"' && c != '\\')) {
                throw new IllegalArgumentException("a realm is ASCII without quotes and backslashes");
            }
            realm = name;
            return this;
        }

        /**
         * After how many wrong guesses in how long a time the next logins are refused unchecked. Default: 10 in a minute for each
         * address (an IPv6 /64); ten times as many where one guess is repeated, and for each name.
         */
        public Builder failures(int most, Duration time) {
            if (most < 1 || time.compareTo(Duration.ofSeconds(1)) < 0 || time.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException(
                        "failures take 1 or more in a second to a day, not " + most + " in " + time);
            }
            failures = most;
            window = time;
            return this;
        }

        /** Who is told of refusals. Default: {@link Audit#log}. */
        public Builder audit(Audit told) {
            audit = Objects.requireNonNull(told, "told");
            return this;
        }

        /** Whether the client's Authorization goes further in, to what needs it there. Default: it does not. */
        public Builder keepAuthorization(boolean kept) {
            keepAuthorization = kept;
            return this;
        }

        /** The clock, in nanoseconds that never go back. Default: {@link System#nanoTime}. */
        public Builder nanos(LongSupplier clock) {
            nanos = Objects.requireNonNull(clock, "clock");
            return this;
        }

        public RequireLogin build() {
            if (authenticators.isEmpty()) {
                throw new IllegalStateException("no authenticator: nobody could ever log in");
            }
            if (tokens == null && rules.allowsAnybody()) {
                throw new IllegalStateException("rules for anybody need tokens(...): asked for Basic, clients without a"
                        + " login give up, and not asked, those with one do not use it");
            }
            return new RequireLogin(this);
        }
    }
}

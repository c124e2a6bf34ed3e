package io.github.registryproxy.login;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Identity;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Access;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Scope;
import io.github.registryproxy.protocol.TokenForm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives tokens: distribution project, "Token Authentication Specification" (GET, Basic) and "OAuth2 Token Authentication"
 * (POST, password grant). A token holds what was asked for and the rules allow, which may be nothing; refresh tokens are not
 * given.
 */
final class TokenEndpoint {
    private static final int MOST_SCOPES = 64;

    private final AccessRules rules;
    private final AccessTokens tokens;
    private final Logins logins;

    TokenEndpoint(AccessRules rules, AccessTokens tokens, Logins logins) {
        this.rules = rules;
        this.tokens = tokens;
        this.logins = logins;
    }

    /** A request for a token, read. */
    record Question(Presented presented, List<Scope> asked) {}

    /** The question; empty for a form that is not one of the kinds we know. */
    Optional<Question> read(RegistryRequest request, Operation.Token token) throws IOException {
        if (!request.method().equals("POST")) {
            return Optional.of(new Question(Presented.by(request), token.asked()));
        }
        TokenForm form = TokenForm.parse(request.body().readAll(TokenForm.LARGEST));
        if (!form.fields().first("grant_type").equals(Optional.of("password"))) {
            return Optional.empty();
        }
        Presented shown = Presented.password(
                form.fields().first("username").orElse(""),
                form.fields().first("password").orElse(""));
        return Optional.of(new Question(shown, form.scopes()));
    }

    Login login(RegistryRequest request, Question question) throws IOException {
        return logins.toTokenEndpoint(request, question.presented());
    }

    RegistryResponse grant(Optional<Identity> who, Question question) {
        List<Scope> granted = granted(who, question.asked());
        AccessTokens.Issued issued = tokens.issue(who.map(this::forToken), granted);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("token", issued.token());
        document.put("access_token", issued.token());
        document.put("token_type", "Bearer");
        document.put("expires_in", issued.lifetime().toSeconds());
        document.put("issued_at", issued.at().toString());
        document.put("scope", Scope.render(granted));
        return json(200, document);
    }

    /** RFC 6749 section 5.2, and the registry's own form beside it. */
    static RegistryResponse unsupportedGrant() {
        String message = "expected grant_type=password; refresh tokens are not given here";
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("error", "unsupported_grant_type");
        document.put("error_description", message);
        document.put("errors", List.of(Map.of("code", "UNSUPPORTED", "message", message)));
        return json(400, document);
    }

    private static RegistryResponse json(int status, Map<String, Object> document) {
        byte[] content = JSONObjectUtils.toJSONString(document).getBytes(StandardCharsets.UTF_8);
        return RegistryResponse.of(
                status,
                Headers.of(HeaderNames.CONTENT_TYPE, MediaType.JSON.value(), HeaderNames.CACHE_CONTROL, "no-store"),
                Body.of(content));
    }

    /** With the groups that decide something: some people are in hundreds, and a header has a few kilobytes. */
    private Identity forToken(Identity who) {
        Set<String> groups = new LinkedHashSet<>(who.groups());
        groups.retainAll(rules.groups());
        return new Identity(who.name(), groups);
    }

    private List<Scope> granted(Optional<Identity> who, List<Scope> asked) {
        Map<String, Set<String>> actions = new LinkedHashMap<>();
        Map<String, Scope> resources = new LinkedHashMap<>();
        asked.stream().limit(MOST_SCOPES).forEach(scope -> {
            String resource = scope.type() + ":" + scope.name();
            resources.putIfAbsent(resource, scope);
            actions.computeIfAbsent(resource, r -> new LinkedHashSet<>()).addAll(allowed(who, scope));
        });
        List<Scope> granted = new ArrayList<>();
        resources.forEach((resource, scope) -> {
            List<String> some = List.copyOf(actions.getOrDefault(resource, Set.of()));
            if (!some.isEmpty()) {
                granted.add(new Scope(scope.type(), scope.name(), some));
            }
        });
        return granted;
    }

    private List<String> allowed(Optional<Identity> who, Scope scope) {
        Optional<RepositoryName> repository = scope.repositoryName();
        if (repository.isPresent()) {
            return Grants.ACTIONS.entrySet().stream()
                    .filter(action -> scope.actions().contains(action.getKey())
                            || scope.actions().contains("*"))
                    .filter(action -> rules.allows(who, repository.get(), action.getValue()))
                    .map(Map.Entry::getKey)
                    .toList();
        }
        boolean catalog =
                scope.type().equals(Grants.CATALOG.type()) && scope.name().equals(Grants.CATALOG.name());
        return catalog && scope.actions().contains("*") && rules.allows(who, Access.CATALOG) ? List.of("*") : List.of();
    }
}

package io.github.registryproxy.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One challenge of a WWW-Authenticate field: RFC 9110 section 11.6.1, and the distribution project's "Token
 * Authentication Specification" for the parameters of Bearer.
 *
 * @param scheme as it was written; compare with {@link #isScheme}
 * @param token68 the single value some schemes take instead of parameters, or empty
 * @param parameters by lower-case name, in the order of the wire
 */
public record Challenge(String scheme, Optional<String> token68, Map<String, String> parameters) {
    public Challenge {
        Objects.requireNonNull(scheme, "scheme");
        parameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** A Bearer challenge. */
    public static Challenge bearer(String realm, Optional<String> service, List<Scope> scopes) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("realm", realm);
        service.ifPresent(s -> parameters.put("service", s));
        if (!scopes.isEmpty()) {
            parameters.put("scope", Scope.render(scopes));
        }
        return new Challenge("Bearer", Optional.empty(), parameters);
    }

    /**
     * All challenges of all field lines, in order. Lenient where registries are: values may be unquoted, several challenges
     * may share a line. Text that is no challenge is skipped.
     */
    public static List<Challenge> parse(List<String> fields) {
        List<Challenge> challenges = new ArrayList<>();
        for (String field : fields) {
            new ChallengeParser(field).parseInto(challenges);
        }
        return List.copyOf(challenges);
    }

    public boolean isScheme(String other) {
        return scheme.equalsIgnoreCase(other);
    }

    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name.toLowerCase(Locale.ROOT)));
    }

    /** What the Bearer challenge asks for; empty where it names no scope. */
    public List<Scope> scopes() {
        return parameter("scope").map(Scope::parseAll).orElse(List.of());
    }

    public Challenge with(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(parameters);
        changed.put(name, value);
        return new Challenge(scheme, token68, changed);
    }

    /** As a field value, every parameter quoted. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(scheme);
        token68.ifPresent(value -> text.append(' ').append(value));
        String separator = " ";
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            text.append(separator).append(parameter.getKey()).append("=\"");
            text.append(parameter.getValue().replace("\\", "\\\\").replace("\"", "\\\""));
            text.append('"');
            separator = ",";
        }
        return text.toString();
    }
}

package io.github.registryproxy.protocol;

import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Where a request goes: the operation, and the query fields that the operation does not own.
 *
 * <p>A request target is parsed exactly once, here, and rendered from these values; no other code splits a path. A
 * Location or a Link is a target that the registry proposes, so the same two functions serve both directions.
 *
 * @param operation what is asked
 * @param rest the other query fields, in order, untouched
 */
public record Target(Operation operation, Query rest) {
    public Target {
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(rest, "rest");
    }

    public static Target of(Operation operation) {
        return new Target(operation, Query.EMPTY);
    }

    /**
     * The target of a request line. Total: what is outside the grammar becomes {@link Operation.Malformed}, what is unknown
     * {@link Operation.Other}.
     *
     * @param method as on the wire, case matters
     * @param requestTarget an absolute path with an optional query, not decoded by anybody
     */
    public static Target parse(String method, String requestTarget) {
        return TargetParser.parse(method, requestTarget);
    }

    /** With every repository name mapped. */
    public Target mapNames(UnaryOperator<RepositoryName> f) {
        return new Target(operation.mapNames(f), rest);
    }

    public Target with(Operation other) {
        return new Target(other, rest);
    }

    /** The inverse of {@link #parse}: path and query, canonically escaped. */
    public String render() {
        Query query = operation.query().and(rest);
        return query.isEmpty() ? operation.path() : operation.path() + "?" + query.render();
    }
}

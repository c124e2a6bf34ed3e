package io.github.registryproxy.policy;

/**
 * Tells names apart: tags, or repositories. An implementation takes time in proportion to the name, whatever the name, since
 * strangers choose it, and is safe for concurrent use.
 */
public interface NamePattern {
    /** Whether the whole name is one of those meant. */
    boolean matches(String name);

    /** The pattern as it was written, for audits. */
    @Override
    String toString();
}

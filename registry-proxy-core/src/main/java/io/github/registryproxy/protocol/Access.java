package io.github.registryproxy.protocol;

/** What an operation does to a registry; policies decide on this, never on a method or a path. */
public enum Access {
    /** Neither reads nor changes content: the version check, a token request, a request that is malformed. */
    NONE,
    /** Reads one repository. */
    PULL,
    /** Adds to one repository. */
    PUSH,
    /** Takes away from one repository. */
    DELETE,
    /** Reads the list of repositories. */
    CATALOG,
    /** Not known to this library; refused unless somebody decided otherwise. */
    UNKNOWN
}

package io.github.registryproxy.upstream;

/** Who goes to the storage that a registry redirects blob requests to. */
public enum BlobDelivery {
    /** The client does: the redirect is handed on, its target made absolute. No bytes pass the proxy, the target shows. */
    REDIRECT,
    /** The proxy does: the client sees one host, every byte is verified, and broken downloads are resumed. */
    STREAM
}

package io.github.registryproxy;

/**
 * What happens to the Authorization of a client on its way to the upstream. It decides who may read what a cache keeps: {@link
 * RegistryProxy.Builder#build} compares what the links of a chain say.
 */
public enum ClientCredentials {
    /** The upstream gets it, and answers each client as that client may be answered. */
    PASS,
    /** The upstream gets the proxy's own credentials, or none, whichever client asks. */
    REPLACED,
    /** Not known, such as for a lambda. */
    UNKNOWN;

    /** Handler or middleware that says what it does to the Authorization of clients. One that does not is {@link #UNKNOWN}. */
    public interface Aware {
        ClientCredentials clientCredentials();
    }

    /** Middleware whose safe behaviour depends on what the links inside it do to the Authorization of clients. */
    public interface Dependent extends Middleware {
        /**
         * The middleware to use in that place: this one, or one that does the same and knows more.
         *
         * @param inside what the links inside this one do
         * @param upstream the innermost link, for a message
         * @throws IllegalStateException when the combination is not safe
         */
        Middleware inFrontOf(ClientCredentials inside, RegistryHandler upstream);
    }
}

package io.github.registryproxy.tests.spec;

/** Where the laws find their registry: it deletes, and refuses manifests of what is not there. */
interface UnderTest {
    /** A client of the registry. */
    RegistryClient client();

    /** A repository that does not exist yet. */
    default Repository repository() {
        return client().repository();
    }
}

/** What users test their middlewares with; start at {@link io.github.registryproxy.testing.Transcript}. */
module io.github.registryproxy.testing {
    requires transitive io.github.registryproxy.core;
    requires transitive org.jspecify;
    requires transitive org.junit.jupiter.api;
    requires com.fasterxml.jackson.databind;

    exports io.github.registryproxy.testing;
}

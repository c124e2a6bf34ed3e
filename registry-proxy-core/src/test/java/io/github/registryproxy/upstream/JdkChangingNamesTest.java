package io.github.registryproxy.upstream;

import io.github.registryproxy.transport.JdkTransports;

/** The client resolves by itself, and what the JVM remembers is what was checked. */
class JdkChangingNamesTest extends ChangingNamesContract {
    @Override
    protected Class<?> builder() {
        return JdkTransports.class;
    }

    @Override
    protected int remembers() {
        return 30;
    }
}

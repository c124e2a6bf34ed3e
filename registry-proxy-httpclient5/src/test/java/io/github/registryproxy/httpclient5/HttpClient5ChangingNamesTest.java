package io.github.registryproxy.httpclient5;

import io.github.registryproxy.upstream.ChangingNamesContract;

/** Connects to what was checked, though nobody remembers it. */
class HttpClient5ChangingNamesTest extends ChangingNamesContract {
    @Override
    protected Class<?> builder() {
        return HttpClient5Transports.class;
    }

    @Override
    protected int remembers() {
        return 0;
    }
}

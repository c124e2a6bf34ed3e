/** Upstreams by Apache HttpClient 5; start at {@link io.github.registryproxy.httpclient5.HttpClient5Transport}. */
@SuppressWarnings("module") // the digit is part of the name that HttpClient 5 has
module io.github.registryproxy.httpclient5 {
    requires transitive io.github.registryproxy.core;
    requires org.apache.httpcomponents.client5.httpclient5;
    requires org.apache.httpcomponents.core5.httpcore5;

    exports io.github.registryproxy.httpclient5;
}

/** A registry proxy as a Jakarta servlet; start at {@link io.github.registryproxy.servlet.RegistryProxyServlet}. */
module io.github.registryproxy.servlet {
    requires transitive io.github.registryproxy.core;
    requires transitive jakarta.servlet;
    requires com.google.common;
    requires java.net.http;

    exports io.github.registryproxy.servlet;
}

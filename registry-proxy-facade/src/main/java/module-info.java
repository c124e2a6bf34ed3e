/** A registry under one's own name, made of settings; start at {@link io.github.registryproxy.facade.Facade}. */
module io.github.registryproxy.facade {
    requires transitive io.github.registryproxy.core;
    requires transitive io.github.registryproxy.servlet;
    requires com.google.common;
    requires io.github.registryproxy.httpclient5;
    requires io.github.registryproxy.login;

    exports io.github.registryproxy.facade;
    exports io.github.registryproxy.facade.document;

    uses io.github.registryproxy.auth.CredentialsKind;
}

/** Who a client is and what it may do; start at {@link io.github.registryproxy.login.RequireLogin}. */
module io.github.registryproxy.login {
    requires transitive io.github.registryproxy.core;
    requires com.google.common;
    requires com.nimbusds.jose.jwt;
    requires java.naming;
    requires spring.security.crypto;

    exports io.github.registryproxy.login;
}

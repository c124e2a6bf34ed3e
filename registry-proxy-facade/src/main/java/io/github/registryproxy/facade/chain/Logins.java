package io.github.registryproxy.facade.chain;

import io.github.registryproxy.auth.Credentials;
import io.github.registryproxy.auth.CredentialsKind.Surroundings;
import io.github.registryproxy.auth.CredentialsProvider;
import io.github.registryproxy.facade.model.Login;
import io.github.registryproxy.facade.model.UnusableException;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.transport.JdkTransport;
import io.github.registryproxy.transport.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The provider that a login asks for, and what it needs beside the transport to the registry. */
final class Logins implements AutoCloseable {
    private final Upstream upstream;
    private final Transport transport;
    private @Nullable Transport beside;

    Logins(Upstream upstream, Transport transport) {
        this.upstream = upstream;
        this.transport = transport;
    }

    /** Anonymous where clients log in themselves. */
    CredentialsProvider credentials() throws UnusableException {
        Login login = upstream.login();
        if (login instanceof Login.By by) {
            return provider(by);
        }
        if (login instanceof Login.Header header) {
            return CredentialsProvider.of(Credentials.header(header.value()));
        }
        if (login instanceof Login.Password password) {
            return password.passwordFile().isPresent()
                    ? fromFiles(password, password.passwordFile().get())
                    : CredentialsProvider.of(Credentials.basic(password.user(), password.password()));
        }
        return CredentialsProvider.of(Credentials.anonymous());
    }

    private CredentialsProvider provider(Login.By by) throws UnusableException {
        try {
            // Metadata servers are reached through no proxy, at once or not at all.
            beside = JdkTransport.builder()
                    .connectTimeout(Duration.ofSeconds(2))
                    .headTimeout(Duration.ofSeconds(10))
                    .build();
            return by.kind().provider(new Surroundings(upstream.registry(), transport, beside, by.variables()));
        } catch (IOException e) {
            throw new UnusableException(by.said() + ": " + e.getMessage());
        }
    }

    /** Read again when they change: whoever mounts secrets as files also rotates them. */
    private CredentialsProvider fromFiles(Login.Password password, Path passwordFile) throws UnusableException {
        try {
            return password.userFile().isPresent()
                    ? CredentialsProvider.basicFiles(password.userFile().get(), passwordFile)
                    : CredentialsProvider.basicFile(password.user(), passwordFile);
        } catch (IOException e) {
            throw new UnusableException("the login for " + upstream.registry() + ": expected files that can be read ("
                    + e.getClass().getSimpleName() + ")");
        }
    }

    @Override
    public void close() {
        if (beside != null) {
            beside.close();
        }
    }
}

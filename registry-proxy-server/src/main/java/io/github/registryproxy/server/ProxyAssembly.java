package io.github.registryproxy.server;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.auth.Credentials;
import io.github.registryproxy.auth.CredentialsProvider;
import io.github.registryproxy.auth.TrustedRealms;
import io.github.registryproxy.middleware.AccessLog;
import io.github.registryproxy.middleware.LimitRequests;
import io.github.registryproxy.middleware.PullOnly;
import io.github.registryproxy.middleware.RedirectBrowsers;
import io.github.registryproxy.middleware.RefuseCatalog;
import io.github.registryproxy.middleware.RenameRepository;
import io.github.registryproxy.middleware.TokenGateway;
import io.github.registryproxy.servlet.ClientResolver;
import io.github.registryproxy.servlet.RegistryProxyServlet;
import io.github.registryproxy.servlet.ServletSettings;
import io.github.registryproxy.transport.AllowedAddresses;
import io.github.registryproxy.transport.Cidr;
import io.github.registryproxy.transport.JdkTransport;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.upstream.BlobDelivery;
import io.github.registryproxy.upstream.HttpUpstream;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** The chain that the settings ask for, and what it owns. Nothing is asked of the registry until a client asks. */
final class ProxyAssembly implements AutoCloseable {
    private final Transport transport;
    private final RegistryProxy proxy;

    private ProxyAssembly(Transport transport, RegistryProxy proxy) {
        this.transport = transport;
        this.proxy = proxy;
    }

    static ProxyAssembly of(Settings settings) {
        Settings.Upstream upstream = settings.upstream();
        Transport transport = transport(upstream);
        TrustedRealms realms = TrustedRealms.of(upstream.registry(), upstream.realms());
        AllowedAddresses addresses = AllowedAddresses.publicOnly()
                .and(upstream.privateAddresses())
                .andHost(upstream.registry().getHost());
        RegistryProxy.Builder chain = RegistryProxy.builder()
                .use(new AccessLog())
                .use(LimitRequests.builder().build());
        settings.policy().browsers().ifPresent(target -> chain.use(new RedirectBrowsers(target)));
        if (!settings.policy().catalog()) {
            chain.use(new RefuseCatalog());
        }
        if (!settings.policy().push()) {
            chain.use(new PullOnly());
        }
        upstream.prefix().ifPresent(prefix -> chain.use(RenameRepository.under(prefix.value())));
        if (upstream.login() instanceof Login.OfClient) {
            chain.use(TokenGateway.builder(transport, realms)
                    .unlistedAddresses(addresses)
                    .allowCatalog(settings.policy().catalog())
                    .build());
        }
        return new ProxyAssembly(
                transport,
                chain.upstream(upstream(settings, transport, realms, addresses)).build());
    }

    /** The whole chain. */
    RegistryProxy proxy() {
        return proxy;
    }

    /** A handler as its clients see it. The server's threads do the work: they are virtual already where they can be. */
    static Servlet servlet(RegistryHandler handler, Settings.Clients settings) {
        List<Cidr> proxies = settings.trustedProxies();
        ClientResolver clients = ClientResolver.fromRequest()
                .allowedHosts(settings.allowedHosts())
                .trustedProxies(address -> proxies.stream().anyMatch(block -> block.contains(address)));
        if (settings.publicUrl().isPresent()) {
            clients = clients.publicUrl(settings.publicUrl().get());
        }
        return new RegistryProxyServlet(
                ServletSettings.of(handler).clients(clients).onContainerThreads());
    }

    @Override
    public void close() {
        proxy.close();
        transport.close();
    }

    private static HttpUpstream upstream(
            Settings settings, Transport transport, TrustedRealms realms, AllowedAddresses addresses) {
        HttpUpstream.Builder upstream = HttpUpstream.to(settings.upstream().registry())
                .transport(transport)
                .trustedRealms(realms)
                .addresses(addresses)
                .blobDelivery(settings.policy().streamBlobs() ? BlobDelivery.STREAM : BlobDelivery.REDIRECT)
                .forwardClientAddress(true);
        Login login = settings.upstream().login();
        return (login instanceof Login.OfClient
                        ? upstream.passClientCredentials()
                        : upstream.credentials(credentials(login)))
                .build();
    }

    private static CredentialsProvider credentials(Login login) {
        if (login instanceof Login.Header header) {
            return CredentialsProvider.of(Credentials.header(header.value()));
        }
        if (login instanceof Login.Password password) {
            return password.passwordFile()
                    .map(file -> fromFiles(password, file))
                    .orElseGet(() -> CredentialsProvider.of(Credentials.basic(password.user(), password.password())));
        }
        throw new IllegalStateException("no credentials in " + login);
    }

    /** Read again when they change: whoever mounts secrets as files also rotates them. */
    private static CredentialsProvider fromFiles(Login.Password password, Path passwordFile) {
        try {
            return password.userFile().isPresent()
                    ? CredentialsProvider.basicFiles(password.userFile().get(), passwordFile)
                    : CredentialsProvider.basicFile(password.user(), passwordFile);
        } catch (IOException e) {
            throw new UncheckedIOException("the login's files were readable a moment ago", e);
        }
    }

    private static Transport transport(Settings.Upstream upstream) {
        JdkTransport.Builder transport = JdkTransport.builder().tls(upstream.tls());
        upstream.egress().ifPresent(transport::egressProxy);
        try {
            return transport.build();
        } catch (IOException e) {
            throw new UncheckedIOException("the TLS files were readable a moment ago", e);
        }
    }
}

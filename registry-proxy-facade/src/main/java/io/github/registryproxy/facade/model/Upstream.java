package io.github.registryproxy.facade.model;

import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.transport.Cidr;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A registry behind.
 *
 * @param name what tells it from others, in the cache and in what is counted
 * @param registry scheme, host and port; nothing else is dialled for it
 * @param names what clients may call it
 * @param prefix what repository names get in front there
 * @param library whether names of one component stand for those below {@code library/}
 * @param login how this process logs in there
 * @param realms other origins that may receive the login
 * @param privateAddresses where redirects and realms may lead beside public addresses
 * @param tls what to trust and to show beyond the usual
 * @param egress the HTTP proxy on the way
 * @param client who speaks HTTP to it
 * @param keepAlive how long it may keep an idle connection; zero: none
 * @param streamBlobs whether the proxy follows the registry's redirects itself
 * @param caching empty: nothing is kept
 */
public record Upstream(
        String name,
        URI registry,
        List<String> names,
        Optional<RepositoryName> prefix,
        boolean library,
        Login login,
        List<URI> realms,
        List<Cidr> privateAddresses,
        Tls tls,
        Optional<URI> egress,
        HttpClient client,
        Duration keepAlive,
        boolean streamBlobs,
        Optional<CacheTuning> caching) {
    /** By which client the registry is spoken to. */
    public enum HttpClient {
        HTTPCLIENT5,
        JDK
    }

    /** Whether clients log in there, with logins of their own. */
    public boolean clientsLogIn() {
        return login instanceof Login.OfClient;
    }

    /** What tells what is kept of it from what is kept of others, also when it moves. */
    public String keptAs() {
        return name.equals(registry.toString()) ? name : name + " " + registry;
    }

    /** The registry and the prefix there, without a final slash: {@code https://gcr.io/my-project}. */
    public URI address() {
        return prefix.map(before -> registry.resolve("/" + before)).orElse(registry);
    }
}

package io.github.registryproxy.facade;

import io.github.registryproxy.login.Htpasswd;
import io.github.registryproxy.policy.Rules;
import io.github.registryproxy.policy.SignatureKey;
import io.github.registryproxy.protocol.Platform;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.DirectoryStore;
import io.github.registryproxy.store.MemoryStore;
import io.github.registryproxy.transport.Cidr;
import io.github.registryproxy.transport.TlsSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What the proxy runs with: checked, and with all files read. */
record Settings(Clients clients, Entrance entrance, Upstream upstream, Policy policy, Optional<Cache> cache) {
    /**
     * By which names clients come.
     *
     * @param publicUrl scheme, host and port that they use; empty: what the request says
     * @param trustedProxies whose forwarding fields are believed
     * @param allowedHosts lower case; empty: any
     */
    record Clients(Optional<URI> publicUrl, List<Cidr> trustedProxies, List<String> allowedHosts) {}

    /**
     * Who comes in, and how much each may take.
     *
     * @param login empty: everybody comes in
     */
    record Entrance(Optional<OwnLogin> login, OptionalInt requestsPerSecond, OptionalLong bytesPerSecond) {}

    /**
     * A login at the proxy itself.
     *
     * @param tokens whether it is exchanged for tokens, or shown with each request
     * @param tokenKeys what signs them, and what did so before; none: random
     */
    record OwnLogin(Htpasswd users, boolean tokens, List<String> tokenKeys, boolean anonymousPull) {
        @Override
        public String toString() {
            return "OwnLogin[" + users + ", keys not shown]";
        }
    }

    /** Whether clients log in at the registry behind, with logins of their own. */
    boolean clientsLogInBehind() {
        return upstream.login() instanceof Login.OfClient && entrance.login().isEmpty();
    }

    /**
     * What is behind.
     *
     * @param registry scheme, host and port
     * @param prefix what repository names get in front
     * @param realms other origins that may receive the login
     * @param privateAddresses where redirects and realms may lead beside public addresses
     * @param tls what to trust and to show beyond the usual
     * @param egress the HTTP proxy on the way
     * @param client who speaks HTTP to it
     * @param keepAlive how long it may keep an idle connection; zero: none
     */
    record Upstream(
            URI registry,
            Optional<RepositoryName> prefix,
            Login login,
            List<URI> realms,
            List<Cidr> privateAddresses,
            TlsSettings tls,
            Optional<URI> egress,
            Client client,
            Duration keepAlive) {}

    /** By which client the registry is spoken to. */
    enum Client {
        HTTPCLIENT5,
        JDK
    }

    /**
     * What clients may do.
     *
     * @param browsers where browsers are sent, empty for nowhere
     * @param streamBlobs whether the proxy follows the registry's redirects itself
     */
    record Policy(boolean push, boolean catalog, Optional<URI> browsers, boolean streamBlobs, Admission admission) {}

    /**
     * Which content is served.
     *
     * @param repositories which of them; empty: all
     * @param tags which of them, with what they lead to; empty: all
     * @param signatureKeys one of which has to have signed it; empty: unsigned too
     * @param minimumAge since when it has been known here; empty: new too
     * @param platforms for which of them; empty: all
     */
    record Admission(
            Optional<Rules> repositories,
            Optional<Rules> tags,
            List<SignatureKey> signatureKeys,
            Optional<Duration> minimumAge,
            List<Platform> platforms) {}

    /**
     * What is kept.
     *
     * @param store open; closed with the proxy
     * @param directory what is behind in it; empty for a cache in memory alone
     * @param memory in front of it, or the whole of it
     * @param tagTtl how long a tag is served without asking
     * @param fetches connections at a time for a large blob
     * @param fillAlone whether a fetch goes on when nobody waits for it any more
     */
    record Cache(
            ContentStore store,
            Optional<DirectoryStore> directory,
            MemoryStore memory,
            Duration tagTtl,
            int fetches,
            boolean fillAlone) {}
}

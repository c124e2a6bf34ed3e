package io.github.registryproxy.cache;

import io.github.registryproxy.cache.AskedUpstream.Question;
import io.github.registryproxy.cache.CallerRights.Kind;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;

/** Access to kept manifests: whether a caller may read one through a repository without the upstream being asked. */
final class ManifestAccess {
    private final KeptManifests manifests;
    private final CallerRights rights;

    ManifestAccess(KeptManifests manifests, CallerRights rights) {
        this.manifests = manifests;
        this.rights = rights;
    }

    /** @param forAll whether the upstream gave it to the proxy's own credentials, or to a client without any */
    boolean mayRead(Caller caller, RepositoryName repository, Digest digest, boolean forAll) {
        return switch (caller.access()) {
            case PUBLIC -> forAll;
            case SAME_CREDENTIAL -> rights.mayRead(caller, Kind.MANIFEST, repository, digest);
            case RECHECK -> false;
        };
    }

    /** The same while the upstream cannot be asked. */
    boolean mayReadWhileAway(Caller caller, RepositoryName repository, Digest digest, boolean forAll) {
        return mayRead(caller, repository, digest, forAll) || (forAll && caller.readsForAllWhileAway());
    }

    /**
     * The upstream gave that manifest, or said by HEAD that it does, when it was asked that question.
     *
     * @param dropsBefore of the repository, before it was asked
     */
    void grant(Question question, RepositoryName repository, Digest digest, long dropsBefore) {
        if (question.caller().speaksForAll()) {
            manifests.forAll(repository, digest, dropsBefore);
        }
        rights.grant(question.caller(), question.request(), Kind.MANIFEST, repository, digest);
    }

    void forget(RepositoryName repository, Digest digest) {
        rights.remove((name, manifest) -> name.equals(repository) && manifest.equals(digest));
    }
}

package io.github.registryproxy.cache;

import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.cache.CallerRights.Kind;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.RecordKey;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;

/** Access to cached blobs: whether a caller may read one through a repository, decided while the entry is held. */
final class BlobAccess {
    private final Members members;
    private final CallerRights rights;

    BlobAccess(ContentStore store, String upstream, CallerRights rights) {
        this.members = new Members(store, upstream, rights::removals);
        this.rights = rights;
    }

    /**
     * The refusal of the upstream, which is asked where the caller has no right yet; empty where the caller may read. A refusal
     * to a GET has no document yet: it answers a HEAD.
     */
    Optional<RegistryResponse> refusal(BlobPull pull) throws IOException {
        if (mayRead(pull)) {
            return Optional.empty();
        }
        RegistryRequest head = FillRequests.whole(pull.request()).withMethod("HEAD");
        RegistryResponse answer;
        try {
            answer = pull.next().handle(head);
        } catch (IOException e) {
            if (mayReadWhileAway(pull) && !Breaker.isInterrupt(e)) {
                return Optional.empty();
            }
            throw e;
        }
        if (answer.status() != 200) {
            if (AskedUpstream.cannotSay(answer.status()) && mayReadWhileAway(pull)) {
                answer.close();
                return Optional.empty();
            }
            return Optional.of(answer);
        }
        answer.close();
        grant(pull);
        return Optional.empty();
    }

    /** Whether the caller has the right already. */
    boolean mayRead(BlobPull pull) {
        return switch (pull.caller().access()) {
            case PUBLIC -> members.isForAll(pull.repository(), pull.digest());
            case SAME_CREDENTIAL -> rights.mayRead(pull.caller(), Kind.BLOB, pull.repository(), pull.digest());
            case RECHECK -> false;
        };
    }

    private boolean mayReadWhileAway(BlobPull pull) {
        return pull.caller().readsForAllWhileAway() && members.isForAll(pull.repository(), pull.digest());
    }

    /** Remembers what an answer of the upstream to this very request says: that it gives the blob, whole or in part. */
    void heed(BlobPull pull, RegistryResponse answer) {
        if (answer.status() == 200 || answer.status() == 206 || answer.status() == 304) {
            grant(pull);
        }
    }

    /** The upstream gave the blob to this caller through this repository. */
    void grant(BlobPull pull) {
        Caller caller = pull.caller();
        members.remember(pull.repository(), pull.digest(), caller.speaksForAll(), caller.removals());
        rights.grant(caller, pull.request(), Kind.BLOB, pull.repository(), pull.digest());
    }

    /** The repository no longer has the blob, for no caller; nor for those whose answer from before is on its way. */
    void forget(RepositoryName repository, Digest digest) {
        // Before, for what is remembered meanwhile; and after, for what is read meanwhile.
        rights.remove((name, blob) -> name.equals(repository) && blob.equals(digest));
        members.delete(repository, digest);
        rights.remove((name, blob) -> name.equals(repository) && blob.equals(digest));
        members.purged(members.keys(repository, digest)::contains);
    }

    /** A purge has taken these records away. */
    void purged(Predicate<RecordKey> gone) {
        rights.remove((repository, digest) ->
                members.keys(repository, digest).stream().anyMatch(gone));
        members.purged(gone);
    }
}

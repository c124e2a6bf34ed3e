package io.github.registryproxy.cache;

/**
 * Caller of one upstream, as it was when its request came.
 *
 * @param access what decides whether it may read cached content
 * @param credential hash of the credentials it brings; the same for all where they do not matter
 * @param identity what two requests share when the answer to one is an answer to the other
 * @param revocations count of ended credentials then: see {@link CallerRights}
 * @param anonymous whether it brings none
 * @param removals count of removed rights then
 * @param rights those that know it: what another cache heard is not compared
 */
record Caller(
        CacheAccess access,
        String credential,
        String identity,
        boolean anonymous,
        long revocations,
        long removals,
        CallerRights rights) {
    boolean isPublic() {
        return access == CacheAccess.PUBLIC;
    }

    /** Whether what the upstream gives this caller is for all: no client's credentials had a part in it. */
    boolean speaksForAll() {
        return isPublic() || (access == CacheAccess.SAME_CREDENTIAL && anonymous);
    }

    /**
     * Whether this caller may read what is for all while the upstream cannot be asked: without a login, unless the upstream has
     * refused such a caller something since the start.
     */
    boolean readsForAllWhileAway() {
        return isPublic() || (speaksForAll() && revocations == 0);
    }

    /** Whether an answer to the other one, begun then, is an answer to this one as well. */
    boolean isServedLike(Caller other) {
        return rights == other.rights && identity.equals(other.identity) && removals == other.removals;
    }
}

package io.github.registryproxy.cache;

/** An answer and how it came about. */
record Given(Answer answer, CacheState state) {
    /** What somebody else's question led to. */
    static Given of(Flights.Landed<Given> landed) {
        Given given = landed.value();
        boolean fetched = given.state() == CacheState.MISS || given.state() == CacheState.BYPASS;
        return landed.own() || !fetched ? given : new Given(given.answer(), CacheState.SHARED);
    }

    static Given stale(Answer answer) {
        return new Given(answer.stale(), CacheState.STALE);
    }
}

package io.github.registryproxy.cache;

import io.github.registryproxy.Attribute;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** How the cache answered a request: one word in the access log. */
public enum CacheState {
    /** From the store. */
    HIT,
    /** Fetched for this request. */
    MISS,
    /** From the fetch of another request that was under way. */
    SHARED,
    /** From the store although it is older than allowed, since the upstream cannot be asked. */
    STALE,
    /** From the store after the upstream said that nothing changed. */
    REVALIDATED,
    /** Not from the cache and not into it. */
    BYPASS;

    /** Where the cache leaves its state for the log: whoever wants it puts a holder there on the way in. */
    public static final Attribute<AtomicReference<@Nullable CacheState>> HOLDER = Attribute.named("cache state");

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

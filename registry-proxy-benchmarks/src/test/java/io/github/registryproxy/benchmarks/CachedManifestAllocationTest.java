package io.github.registryproxy.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.registryproxy.RegistryRequest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a request for a manifest in the cache allocates, all through the chain: bytes of this thread, which are counted and not
 * timed. How much of it the compiler does away with differs from run to run, so the best of several rounds counts; the bounds are
 * one and a half times what was measured.
 */
class CachedManifestAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_UP = 10_000;
    private static final int ROUNDS = 5;
    private static final int REQUESTS = 2_000;

    private final Drain drain = new Drain();

    @ParameterizedTest
    @CsvSource({
        "MEMORY, by tag, 10500",
        "MEMORY, by digest, 7500",
        "LAYERED, by tag, 6000",
    })
    void a_cached_manifest_allocates_no_more_than(KeptIn store, String how, long bound) throws IOException {
        RegistryRequest request = Sample.request("GET", how.equals("by tag") ? Sample.BY_TAG : Sample.BY_DIGEST);
        try (WarmCache cache = new WarmCache(store)) {
            perRequest(cache, request, WARM_UP);
            long least = Long.MAX_VALUE;
            for (int i = 0; i < ROUNDS; i++) {
                least = Math.min(least, perRequest(cache, request, REQUESTS));
            }
            System.out.println("figure: a manifest " + how + ", " + store + ": " + least + " bytes allocated");
            assertTrue(least <= bound, least + " bytes were allocated for each request, the bound is " + bound);
        }
    }

    private long perRequest(WarmCache cache, RegistryRequest request, int requests) throws IOException {
        long thread = Thread.currentThread().getId();
        long taken = 0;
        long before = THREADS.getThreadAllocatedBytes(thread);
        for (int i = 0; i < requests; i++) {
            taken += drain.of(cache.proxy().handle(request));
        }
        long allocated = THREADS.getThreadAllocatedBytes(thread) - before;
        assertEquals((long) requests * Sample.MANIFEST.length, taken);
        return allocated / requests;
    }
}

package io.github.registryproxy.policy;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.Descriptor;
import io.github.registryproxy.document.Manifest;
import io.github.registryproxy.policy.Provenance.Doubt;
import io.github.registryproxy.policy.Provenance.Key;
import io.github.registryproxy.policy.Provenance.Reach;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Operation.PullManifest;
import io.github.registryproxy.protocol.RepositoryName;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Finds out whether an allowed tag leads to a digest that nobody has pulled by that tag here: one at a time for a repository,
 * within a budget. Who comes meanwhile waits for that one, and has its verdict.
 */
final class Resolution {
    private static final int MOST_SITES = 1000;
    private static final int MOST_REFUSED = 10_000;
    private static final int MOST_DOUBTS = 16;
    private static final int MOST_GUESSES = 16;
    private static final int LONGEST_PAUSE = 20;

    private final Provenance provenance;
    private final Function<RepositoryName, Walk> walks;
    private final ResolutionBudget budget;
    private final int largestManifest;
    private final LongSupplier nanos;
    private final Cache<RepositoryName, Site> sites =
            CacheBuilder.newBuilder().maximumSize(MOST_SITES).build();
    private final Cache<Key, Boolean> refused;

    /** What goes on in one repository; changed under its lock. */
    private static final class Site {
        final ReentrantLock lock = new ReentrantLock();
        final Walk walk;
        final AtomicInteger attempts = new AtomicInteger();
        volatile long pauseEnd;
        volatile boolean paused;
        int fruitless;
        int guesses;
        long guessesUntil;

        Site(Walk walk, long now) {
            this.walk = walk;
            this.guessesUntil = now;
        }
    }

    Resolution(
            Provenance provenance,
            Function<RepositoryName, Walk> walks,
            ResolutionBudget budget,
            int largestManifest,
            LongSupplier nanos) {
        this.provenance = provenance;
        this.walks = walks;
        this.budget = budget;
        this.largestManifest = largestManifest;
        this.nanos = nanos;
        this.refused = CacheBuilder.newBuilder()
                .maximumSize(MOST_REFUSED)
                .expireAfterWrite(budget.pause())
                .ticker(new NanosTicker(nanos))
                .build();
    }

    /**
     * Whether the digest is reachable, as far as can be found out.
     *
     * @param manifest whether it is asked for as a manifest, so that it may say itself what it is attached to
     * @throws RefusedException when the registry does not let this client know
     */
    boolean find(Resolving registry, RepositoryName repository, Digest digest, boolean manifest)
            throws IOException, RefusedException {
        Reach reach = provenance.reach(repository, digest, manifest);
        if (reach.known()) {
            return true;
        }
        Key key = new Key(repository, digest);
        Site site = site(repository);
        if (reach.doubts().isEmpty() && isPaused(site) && (!manifest || refused.getIfPresent(key) != null)) {
            return false;
        }
        long deadline = nanos.getAsLong() + budget.time().toNanos();
        int before = site.attempts.get();
        try {
            if (!site.lock.tryLock(budget.time().toNanos(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while another request was waited for");
        }
        try {
            return known(registry, site, key, manifest)
                    || (site.attempts.get() == before && walked(registry, site, key, manifest, deadline))
                    || (manifest && guessed(registry, site, key, deadline));
        } finally {
            site.lock.unlock();
        }
    }

    private Site site(RepositoryName repository) {
        Site known = sites.getIfPresent(repository);
        return known != null
                ? known
                : sites.asMap().computeIfAbsent(repository, name -> new Site(walks.apply(name), nanos.getAsLong()));
    }

    private boolean isPaused(Site site) {
        return site.paused && nanos.getAsLong() - site.pauseEnd < 0;
    }

    private boolean known(Resolving registry, Site site, Key key, boolean manifest) throws IOException {
        Reach reach = provenance.reach(key.repository(), key.digest(), manifest);
        int left = MOST_DOUBTS;
        for (Doubt doubt : reach.doubts()) {
            if (left-- == 0
                    || provenance
                            .reach(key.repository(), key.digest(), manifest)
                            .known()) {
                break;
            }
            site.walk.settle(registry, doubt, Duration.ofMinutes(1));
        }
        return provenance.reach(key.repository(), key.digest(), manifest).known();
    }

    private boolean walked(Resolving registry, Site site, Key key, boolean manifest, long deadline)
            throws IOException, RefusedException {
        if (isPaused(site)) {
            return false;
        }
        if (site.paused || !site.walk.hasBegun()) {
            site.paused = false;
            site.walk.restart();
        }
        Walk.Purse purse = new Walk.Purse(budget);
        while (nanos.getAsLong() - deadline < 0 && site.walk.step(registry, purse)) {
            if (provenance.reach(key.repository(), key.digest(), manifest).known()) {
                return true;
            }
        }
        site.attempts.incrementAndGet();
        if (site.walk.isOver()) {
            site.fruitless = site.walk.hasNews() ? 0 : site.fruitless + 1;
            int factor = Math.min(LONGEST_PAUSE, 1 << Math.min(site.fruitless, 10));
            site.pauseEnd =
                    nanos.getAsLong() + budget.pause().multipliedBy(factor).toNanos();
            site.paused = true;
        }
        return false;
    }

    /** Whether the manifest names a subject that is reachable: read before anybody gets it. Guesses are few. */
    private boolean guessed(Resolving registry, Site site, Key key, long deadline)
            throws IOException, RefusedException {
        long now = nanos.getAsLong();
        if (refused.getIfPresent(key) != null || now - deadline >= 0) {
            return false;
        }
        if (now - site.guessesUntil >= 0) {
            site.guesses = 0;
            site.guessesUntil = now + budget.pause().toNanos();
        }
        if (site.guesses++ >= MOST_GUESSES) {
            return false;
        }
        Optional<Manifest> read = read(registry, key);
        boolean attached = read.flatMap(Manifest::subject)
                .map(Descriptor::digest)
                .filter(subject ->
                        provenance.reach(key.repository(), subject, true).known())
                .isPresent();
        if (!attached) {
            refused.put(key, true);
            return false;
        }
        provenance.name(
                key.repository(),
                key.digest(),
                read.get().subject().orElseThrow().digest());
        provenance.names(key.repository(), key.digest(), Learning.links(read.get()));
        return provenance.reach(key.repository(), key.digest(), true).known();
    }

    private Optional<Manifest> read(Resolving registry, Key key) throws IOException, RefusedException {
        RegistryResponse response = registry.ask("GET", new PullManifest(key.repository(), key.digest()));
        if (response.status() == 404) {
            response.close();
            return Optional.empty();
        }
        try (RegistryResponse manifest = RefusedException.unlessRefused(response)) {
            byte[] json = manifest.body().readAll(largestManifest);
            return key.digest().matches(json) ? Manifest.find(json) : Optional.empty();
        }
    }

    /** Something was written there: what was not there before may be. */
    void changed(RepositoryName repository) {
        Site site = sites.getIfPresent(repository);
        if (site != null) {
            site.pauseEnd = nanos.getAsLong();
        }
        refused.asMap().keySet().removeIf(key -> key.repository().equals(repository));
    }
}

package io.github.registryproxy.policy;

import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.MemoryStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;

/** Sets what there is to set for {@link AllowTags}. */
public final class AllowTagsBuilder {
    private static final Duration LONGEST = Duration.ofDays(365);

    /** A 64th of it is for records. */
    private static final long MEMORY = 1024L * 1024 * 1024;

    final Rules rules;
    Audit audit = Audit.log();
    ContentStore store = new MemoryStore(MEMORY);
    String scope = "default";
    Duration grace = Duration.ofHours(1);
    Duration recheck = Duration.ofDays(1);
    ResolutionBudget budget = ResolutionBudget.DEFAULT;
    boolean attachments = true;
    int largestManifest = 4 * 1024 * 1024;
    int digestsInMemory = 100_000;
    Clock clock = Clock.systemUTC();
    LongSupplier nanos = System::nanoTime;

    AllowTagsBuilder(Rules rules) {
        this.rules = Objects.requireNonNull(rules, "rules");
    }

    /**
     * Where provenance is kept: what allowed tags led to is known again after a restart. Default: in memory, up to 16 MiB.
     *
     * @param store stays the caller's, to be closed after the policy
     * @param scope what tells this policy's records from another's in the store: 1 to 255 characters, the same after a restart,
     *     another for each upstream
     */
    public AllowTagsBuilder provenance(ContentStore store, String scope) {
        if (scope.isEmpty() || scope.length() > 255 || scope.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            throw new IllegalArgumentException("a scope has 1 to 255 characters, none a control character");
        }
        this.store = Objects.requireNonNull(store, "store");
        this.scope = scope;
        return this;
    }

    /** Who is told of refusals. Default: the log. */
    public AllowTagsBuilder audit(Audit audit) {
        this.audit = Objects.requireNonNull(audit, "audit");
        return this;
    }

    /** How long what a tag has left stays reachable, from zero to a year, so that running pulls end well. Default: 1 h. */
    public AllowTagsBuilder grace(Duration grace) {
        this.grace = bounded("grace", grace, Duration.ZERO);
        return this;
    }

    /** After which time a tag that nobody pulled is asked for again, from a minute to a year. Default: a day. */
    public AllowTagsBuilder recheck(Duration recheck) {
        this.recheck = bounded("recheck", recheck, Duration.ofMinutes(1));
        return this;
    }

    /** What may be asked of the registry for a digest that was not seen before. */
    public AllowTagsBuilder budget(ResolutionBudget budget) {
        this.budget = Objects.requireNonNull(budget, "budget");
        return this;
    }

    /** Whether tags such as {@code sha256-<hex>.sig} follow what they are attached to; else rules decide. Default: yes. */
    public AllowTagsBuilder attachments(boolean follow) {
        this.attachments = follow;
        return this;
    }

    /** The largest manifest that is read, in bytes, 1 or more. Default: 4 MiB. */
    public AllowTagsBuilder largestManifest(int bytes) {
        this.largestManifest = atLeastOne("largestManifest", bytes);
        return this;
    }

    /** How many digests are known in memory, in front of the store, 1 or more; about half a KiB each. Default: 100 000. */
    public AllowTagsBuilder digestsInMemory(int digests) {
        this.digestsInMemory = atLeastOne("digestsInMemory", digests);
        return this;
    }

    /** The clocks: one that only goes forward, in nanoseconds, and the wall's. Default: the system's. */
    public AllowTagsBuilder clocks(LongSupplier nanos, Clock wall) {
        this.nanos = Objects.requireNonNull(nanos, "nanos");
        this.clock = Objects.requireNonNull(wall, "wall");
        return this;
    }

    public AllowTags build() {
        return new AllowTags(this);
    }

    private static int atLeastOne(String what, int number) {
        if (number < 1) {
            throw new IllegalArgumentException(what + " takes 1 or more, not " + number);
        }
        return number;
    }

    private static Duration bounded(String what, Duration time, Duration least) {
        if (time.compareTo(least) < 0 || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + " takes " + least + " to 365 days, not " + time);
        }
        return time;
    }
}

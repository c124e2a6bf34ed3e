package io.github.registryproxy.cache;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.RecordKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The tags in a store: one record for each, with all its representations, so that a push takes them away at once. What was
 * asked before a push is not kept after it.
 */
final class KeptTags {
    static final String KIND = "tag";

    private static final Function<byte[], List<KeptTag>> PARSER = KeptTag::parse;
    private static final int STRIPES = 64;

    private final ContentStore store;
    private final StoreGuard guard;
    private final String upstream;
    private final Stripe[] stripes = new Stripe[STRIPES];

    /** A tag of a repository. */
    record Name(RepositoryName repository, Tag tag) {}

    private static final class Stripe {
        final ReentrantLock lock = new ReentrantLock();
        long drops;
    }

    KeptTags(ContentStore store, StoreGuard guard, String upstream) {
        this.store = store;
        this.guard = guard;
        this.upstream = upstream;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    private RecordKey key(Name name) {
        return RecordKey.of(
                KIND, upstream, name.repository().value(), name.tag().value());
    }

    private Stripe stripe(Name name) {
        return stripes[Math.floorMod(name.hashCode(), STRIPES)];
    }

    /** All that is known of a tag, what was said last at the end. */
    List<KeptTag> find(Name name) {
        return guard.orElse(List.of(), () -> all(name));
    }

    private List<KeptTag> all(Name name) throws IOException {
        return store.record(key(name), PARSER).orElse(List.of());
    }

    /** Changes with each drop of the tag, and now and then of another. */
    long drops(Name name) {
        Stripe stripe = stripe(name);
        stripe.lock.lock();
        try {
            return stripe.drops;
        } finally {
            stripe.lock.unlock();
        }
    }

    /** Keeps it, unless the tag was dropped since; tells whether it is kept. */
    boolean put(Name name, KeptTag tag, long drops) {
        return unlessDropped(
                name,
                drops,
                () -> guard.orElse(false, () -> {
                    List<KeptTag> all = new ArrayList<>(all(name));
                    all.removeIf(one -> one.accepted().equals(tag.accepted())
                            || one.accepted().equals(AcceptedTypes.UNKNOWN));
                    all.add(tag);
                    store.putRecord(key(name), KeptTag.toBytes(all));
                    return true;
                }));
    }

    /** Takes away what the upstream no longer has, if it has nothing for these types. */
    void remove(Name name, AcceptedTypes types) {
        unlessDropped(
                name,
                drops(name),
                () -> guard.orElse(false, () -> {
                    List<KeptTag> all = new ArrayList<>(all(name));
                    all.removeIf(one -> types.isComplete() || types.covers(one.accepted()));
                    if (all.isEmpty()) {
                        store.deleteRecord(key(name));
                    } else {
                        store.putRecord(key(name), KeptTag.toBytes(all));
                    }
                    return true;
                }));
    }

    @FunctionalInterface
    interface Change {
        boolean apply();
    }

    /** Does it while nobody can drop the tag, unless somebody has since. */
    boolean unlessDropped(Name name, long drops, Change change) {
        Stripe stripe = stripe(name);
        stripe.lock.lock();
        try {
            return stripe.drops == drops && change.apply();
        } finally {
            stripe.lock.unlock();
        }
    }

    /** Takes the tag away and whatever else is known of it. */
    void drop(Name name, Runnable others) {
        Stripe stripe = stripe(name);
        stripe.lock.lock();
        try {
            stripe.drops++;
            others.run();
            guard.orElse(false, () -> {
                store.deleteRecord(key(name));
                return true;
            });
        } finally {
            stripe.lock.unlock();
        }
    }

    /** Takes away the tags of a repository that stand for that manifest, also those that the upstream is being asked for. */
    void drop(RepositoryName repository, Digest digest) {
        outdate(() -> {});
        List<RecordKey> keys = guard.orElse(List.of(), () -> store.records(KIND));
        for (RecordKey key : keys) {
            List<String> parts = key.parts();
            if (parts.size() == 3
                    && parts.get(0).equals(upstream)
                    && parts.get(1).equals(repository.value())) {
                Name name = new Name(repository, new Tag(parts.get(2)));
                boolean standsForIt = guard.orElse(List.<KeptTag>of(), () -> all(name)).stream()
                        .anyMatch(tag -> tag.digest().equals(digest));
                if (standsForIt) {
                    drop(name, () -> {});
                }
            }
        }
    }

    /** What has been asked before, of any tag, is not kept; then the work is done. */
    void outdate(Runnable then) {
        for (Stripe stripe : stripes) {
            stripe.lock.lock();
            try {
                stripe.drops++;
            } finally {
                stripe.lock.unlock();
            }
        }
        then.run();
    }
}

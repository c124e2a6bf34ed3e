package io.github.registryproxy.policy;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.util.concurrent.Striped;
import io.github.registryproxy.policy.ReachNode.Links;
import io.github.registryproxy.policy.ReachNode.Standing;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.function.Predicate;

/**
 * Which digests of a repository an allowed tag leads to: who names whom, and which tags stood for what when. In memory, with
 * records behind; whatever is lost is not known any more, which never means that it is allowed.
 */
final class Provenance {
    /** So many manifests may lie between a tag's manifest and what it leads to. */
    static final int DEEPEST = 4;

    private static final int MOST_VISITED = 256;

    private final ReachRecords records;
    private final Predicate<String> allowed;
    private final Clock clock;
    private final long grace;
    private final long recheck;
    private final ReachNodes nodes;
    private final Cache<TagKey, Tagged> tagged;
    private final Striped<Lock> locks = Striped.lock(64);

    record Key(RepositoryName repository, Digest digest) {}

    record TagKey(RepositoryName repository, Tag tag) {}

    /** That a tag stood for something, too long ago to be believed. */
    record Doubt(Tag tag, Digest digest) {}

    /**
     * Whether an allowed tag leads to a digest.
     *
     * @param doubts tags that would lead there if they still stand for what they stood for
     */
    record Reach(boolean known, List<Doubt> doubts) {
        private static final Reach YES = new Reach(true, List.of());
    }

    Provenance(
            ReachRecords records,
            Predicate<String> allowed,
            Clock clock,
            Duration grace,
            Duration recheck,
            int digestsInMemory) {
        this.records = records;
        this.allowed = allowed;
        this.clock = clock;
        this.grace = grace.toMillis();
        this.recheck = recheck.toMillis();
        this.nodes = new ReachNodes(records, digestsInMemory);
        this.tagged = CacheBuilder.newBuilder().maximumSize(digestsInMemory).build();
    }

    /** Climbs from the digest to the tags. */
    Reach reach(RepositoryName repository, Digest digest, boolean manifest) {
        long now = clock.millis();
        Set<Digest> visited = new HashSet<>();
        List<Doubt> doubts = new ArrayList<>();
        List<Digest> level = List.of(digest);
        // A blob lies one below the last manifest.
        int deepest = manifest ? DEEPEST : DEEPEST + 1;
        for (int depth = 0; depth <= deepest && !level.isEmpty(); depth++) {
            List<Digest> above = new ArrayList<>();
            for (Digest one : level) {
                Optional<ReachNode> node = nodes.find(new Key(repository, one));
                if (node.isEmpty()) {
                    continue;
                }
                if (stands(node.get(), one, now, doubts)) {
                    return Reach.YES;
                }
                for (Digest parent : node.get().parents()) {
                    if (visited.size() < MOST_VISITED && visited.add(parent)) {
                        above.add(parent);
                    }
                }
            }
            level = above;
        }
        return new Reach(false, doubts);
    }

    private boolean stands(ReachNode node, Digest digest, long now, List<Doubt> doubts) {
        for (Standing one : node.tags()) {
            if (!allowed.test(one.tag().value())) {
                continue;
            }
            long left = one.left;
            if (left == 0 && isYounger(now - one.seen, recheck)) {
                return true;
            }
            if (left != 0 && isYounger(now - left, grace)) {
                return true;
            }
            if (left == 0) {
                doubts.add(new Doubt(one.tag(), digest));
            }
        }
        return false;
    }

    /** What lies in the future was written by a clock that was wrong, now or then. */
    private static boolean isYounger(long age, long limit) {
        return age >= 0 && age < limit;
    }

    /** What a manifest is known to name, if it is. */
    Optional<Links> links(RepositoryName repository, Digest manifest) {
        return nodes.inMemory(new Key(repository, manifest)).flatMap(node -> Optional.ofNullable(node.links()));
    }

    /** What the tag stood for when it was last looked at. */
    Tagged tagged(RepositoryName repository, Tag tag) {
        TagKey key = new TagKey(repository, tag);
        Tagged known = tagged.getIfPresent(key);
        if (known == null) {
            known = records.tagged(key);
            tagged.put(new TagKey(nodes.intern(repository), tag), known);
        }
        return known;
    }

    /** Whether the tag has been seen to stand for something within that time. */
    boolean isFresh(RepositoryName repository, Tag tag, Duration within) {
        long now = clock.millis();
        return !tagged(repository, tag).all().isEmpty()
                && tagged(repository, tag).all().stream()
                        .allMatch(digest -> nodes.find(new Key(repository, digest))
                                .flatMap(node -> node.standing(tag))
                                .filter(one -> one.left == 0 && isYounger(now - one.seen, within.toMillis()))
                                .isPresent());
    }

    /** Notes that an allowed tag stands for a manifest now; tells whether that was news. */
    boolean stands(RepositoryName repository, Tag tag, MediaType type, Digest digest) {
        if (tagged(repository, tag).stands(type, digest) && confirm(new Key(repository, digest), tag)) {
            return false;
        }
        TagKey key = new TagKey(nodes.intern(repository), tag);
        Lock lock = locks.get(key);
        lock.lock();
        try {
            Tagged before = tagged(repository, tag);
            before.digests().forEach((otherType, other) -> {
                if (!other.equals(digest)) {
                    // Of another type it may be what other clients get: whoever depends on it asks.
                    end(new Key(repository, other), tag, otherType.equals(type));
                }
            });
            Tagged now = before.with(type, digest);
            tagged.put(key, now);
            records.put(key, now);
            begin(new Key(repository, digest), tag);
            return !before.all().contains(digest);
        } finally {
            lock.unlock();
        }
    }

    /** Renews what is known; false where it is not. */
    private boolean confirm(Key key, Tag tag) {
        ReachNode node = nodes.inMemory(key).orElse(null);
        Standing standing = node == null ? null : node.standing(tag).orElse(null);
        if (node == null || standing == null || standing.left != 0) {
            return false;
        }
        long now = clock.millis();
        long age = now - standing.seen;
        // The clock's reading need not be exact, and a write for each pull would cost more than it is worth.
        if (age < 0 || age > recheck / 8) {
            standing.seen = now;
            records.put(key, node);
        }
        return true;
    }

    private void begin(Key key, Tag tag) {
        nodes.change(key, node -> {
            Optional<Standing> known = node.standing(tag);
            known.ifPresent(one -> {
                one.seen = clock.millis();
                one.left = 0;
            });
            if (known.isEmpty()) {
                node.add(new Standing(tag, clock.millis(), 0));
            }
            return true;
        });
    }

    /** The tag has left for another manifest, or may have. */
    private void end(Key key, Tag tag, boolean certain) {
        nodes.change(key, node -> {
            Optional<Standing> known = node.standing(tag).filter(one -> one.left == 0);
            known.ifPresent(one -> {
                one.seen = 0;
                one.left = certain ? clock.millis() : 0;
                records.putNow(key, node);
            });
            return false;
        });
    }

    /** Notes that what a tag was known to stand for is not what it stands for, or no longer. */
    void left(RepositoryName repository, Tag tag, Digest digest) {
        TagKey key = new TagKey(nodes.intern(repository), tag);
        Lock lock = locks.get(key);
        lock.lock();
        try {
            Tagged fewer = tagged(repository, tag).without(digest);
            tagged.put(key, fewer);
            records.put(key, fewer);
            end(new Key(repository, digest), tag, true);
        } finally {
            lock.unlock();
        }
    }

    /** Notes that a tag is not there; what was not known of it, need not be forgotten. */
    void gone(RepositoryName repository, Tag tag) {
        for (Digest digest : List.copyOf(tagged(repository, tag).all())) {
            left(repository, tag, digest);
        }
    }

    /** The tag was asked for: what it was not confirmed to stand for, it has left. */
    void settle(RepositoryName repository, Doubt doubt) {
        boolean confirmed = nodes.find(new Key(repository, doubt.digest))
                .flatMap(node -> node.standing(doubt.tag))
                .filter(one -> one.left == 0 && isYounger(clock.millis() - one.seen, recheck))
                .isPresent();
        if (!confirmed) {
            left(repository, doubt.tag, doubt.digest);
        }
    }

    /** Believes in a tag for a while although it could not be asked for. */
    void believe(RepositoryName repository, Doubt doubt, Duration time) {
        nodes.change(new Key(repository, doubt.digest), node -> {
            node.standing(doubt.tag)
                    .filter(one -> one.left == 0)
                    .ifPresent(one -> one.seen = clock.millis() - recheck + Math.min(recheck, time.toMillis()));
            return false;
        });
    }

    /** Notes what a manifest names. */
    void names(RepositoryName repository, Digest manifest, Links links) {
        Digest parent = nodes.intern(manifest);
        Links interned = new Links(
                links.manifests().stream().map(nodes::intern).toList(),
                links.others().stream().map(nodes::intern).toList());
        interned.manifests().forEach(child -> name(repository, child, parent));
        interned.others().forEach(child -> name(repository, child, parent));
        nodes.change(new Key(repository, parent), node -> {
            node.links(interned);
            return false;
        });
    }

    /** Notes that a manifest leads to a digest. */
    void name(RepositoryName repository, Digest child, Digest parent) {
        if (!child.equals(parent)) {
            nodes.change(new Key(repository, child), node -> node.addParent(nodes.intern(parent)));
        }
    }
}

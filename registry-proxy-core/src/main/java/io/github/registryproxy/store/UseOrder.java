package io.github.registryproxy.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What there is, in the order of last use, and what it weighs in all. Safe for concurrent use.
 *
 * <p>What was there before the process began may come later, by {@link #older}: until then the order knows that it is
 * {@link #isPartial() partial}.
 */
final class UseOrder<K, V> {
    private final ToLongFunction<V> weight;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<K, V> used = new LinkedHashMap<>();

    /** Came later and was not used since: all of it was used before all that stands in the other. */
    private LinkedHashMap<K, V> unused = new LinkedHashMap<>();

    /** What went before the older ones came; null when they have come, or there are none. */
    private @Nullable Set<K> gone;

    private long total;

    /**
     * An empty one.
     *
     * @param weight of an entry, always the same
     */
    UseOrder(ToLongFunction<V> weight) {
        this.weight = weight;
    }

    /** One that older entries are still to come to. */
    static <K, V> UseOrder<K, V> partial(ToLongFunction<V> weight) {
        UseOrder<K, V> order = new UseOrder<>(weight);
        order.gone = new HashSet<>();
        return order;
    }

    /** Whether the older ones have still to come. */
    boolean isPartial() {
        lock.lock();
        try {
            return gone != null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The older ones come, without those that were put or removed since.
     *
     * @param older least recently used first; given away
     */
    void older(LinkedHashMap<K, V> older) {
        long sum = 0;
        for (V value : older.values()) {
            sum += weight.applyAsLong(value);
        }
        lock.lock();
        try {
            for (Set<K> known : List.of(used.keySet(), gone == null ? Set.<K>of() : gone)) {
                for (K key : known) {
                    V value = older.remove(key);
                    sum -= value == null ? 0 : weight.applyAsLong(value);
                }
            }
            unused = older;
            total += sum;
            gone = null;
        } finally {
            lock.unlock();
        }
    }

    /** Puts an entry, as the one used last, in place of what was there. */
    void put(K key, V value) {
        lock.lock();
        try {
            take(key);
            used.put(key, value);
            total += weight.applyAsLong(value);
        } finally {
            lock.unlock();
        }
    }

    /** The entry; this counts as no use. */
    @Nullable
    V peek(K key) {
        lock.lock();
        try {
            V value = used.get(key);
            return value == null ? unused.get(key) : value;
        } finally {
            lock.unlock();
        }
    }

    /** The entry, which is the one used last now. */
    @Nullable
    V use(K key) {
        lock.lock();
        try {
            V value = used.remove(key);
            if (value == null) {
                value = unused.remove(key);
            }
            if (value != null) {
                used.put(key, value);
            }
            return value;
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    V remove(K key) {
        lock.lock();
        try {
            if (gone != null) {
                gone.add(key);
            }
            return take(key);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable V take(K key) {
        V value = used.remove(key);
        if (value == null) {
            value = unused.remove(key);
        }
        if (value != null) {
            total -= weight.applyAsLong(value);
        }
        return value;
    }

    /** The entry whose last use is longest ago. */
    @Nullable
    K eldest() {
        lock.lock();
        try {
            for (Map<K, V> entries : List.of(unused, used)) {
                for (K key : entries.keySet()) {
                    return key;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    List<K> keys() {
        lock.lock();
        try {
            List<K> keys = new ArrayList<>(unused.keySet());
            keys.addAll(used.keySet());
            return keys;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return unused.size() + used.size();
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            unused.clear();
            used.clear();
            total = 0;
        } finally {
            lock.unlock();
        }
    }

    long total() {
        lock.lock();
        try {
            return total;
        } finally {
            lock.unlock();
        }
    }
}

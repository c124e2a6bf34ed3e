package io.github.registryproxy.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What there is, in the order of last use, and what it weighs in all. Safe for concurrent use. */
final class UseOrder<K, V> {
    private record Weighed<V>(V value, long weight) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<K, Weighed<V>> entries = new LinkedHashMap<>();
    private long total;

    /** Puts an entry, as the one used last, in place of what was there. */
    void put(K key, V value, long weight) {
        lock.lock();
        try {
            take(key);
            entries.put(key, new Weighed<>(value, weight));
            total += weight;
        } finally {
            lock.unlock();
        }
    }

    /** The entry; this counts as no use. */
    @Nullable
    V peek(K key) {
        lock.lock();
        try {
            Weighed<V> entry = entries.get(key);
            return entry == null ? null : entry.value;
        } finally {
            lock.unlock();
        }
    }

    /** The entry, which is the one used last now. */
    @Nullable
    V use(K key) {
        lock.lock();
        try {
            Weighed<V> entry = entries.remove(key);
            if (entry == null) {
                return null;
            }
            entries.put(key, entry);
            return entry.value;
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    V remove(K key) {
        lock.lock();
        try {
            Weighed<V> entry = take(key);
            return entry == null ? null : entry.value;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Weighed<V> take(K key) {
        Weighed<V> entry = entries.remove(key);
        if (entry != null) {
            total -= entry.weight;
        }
        return entry;
    }

    /** The entry whose last use is longest ago. */
    @Nullable
    K eldest() {
        lock.lock();
        try {
            for (Map.Entry<K, Weighed<V>> entry : entries.entrySet()) {
                return entry.getKey();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    List<K> keys() {
        lock.lock();
        try {
            return new ArrayList<>(entries.keySet());
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            entries.clear();
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

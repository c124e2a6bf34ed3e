package io.github.registryproxy.facade.chain;

import io.github.registryproxy.facade.model.UnusableException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one generation of a site has in common with the next: made once for each key, and closed when the last that took it has let
 * it go.
 */
final class Shared {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Object, Entry> entries = new HashMap<>();

    /** Makes what is not there yet. */
    @FunctionalInterface
    interface Maker<T> {
        T make() throws UnusableException;
    }

    private static final class Entry {
        final Object made;
        int holders;

        Entry(Object made) {
            this.made = made;
        }
    }

    /** For one generation, which closes it when it is over. */
    Lease lease() {
        return new Lease();
    }

    /** What one generation has taken; for one thread. */
    final class Lease implements AutoCloseable {
        private final Deque<Object> taken = new ArrayDeque<>();

        private Lease() {}

        /** What belongs to the key: of a type of ours whose values are equal where the same should be made of them. */
        <T> T take(Object key, Class<T> type, Maker<T> maker) throws UnusableException {
            lock.lock();
            try {
                Entry entry = entries.get(key);
                if (entry == null) {
                    entry = new Entry(maker.make());
                    entries.put(key, entry);
                }
                entry.holders++;
                taken.push(key);
                return type.cast(entry.made);
            } finally {
                lock.unlock();
            }
        }

        /** Lets go of all of it, last taken first. Again, it does nothing. */
        @Override
        public void close() {
            Deque<AutoCloseable> unused = new ArrayDeque<>();
            lock.lock();
            try {
                while (!taken.isEmpty()) {
                    Object key = taken.pop();
                    Entry entry = entries.get(key);
                    if (entry != null && --entry.holders == 0) {
                        entries.remove(key);
                        if (entry.made instanceof AutoCloseable closeable) {
                            unused.addLast(closeable);
                        }
                    }
                }
            } finally {
                lock.unlock();
            }
            Closing.all(unused);
        }
    }
}

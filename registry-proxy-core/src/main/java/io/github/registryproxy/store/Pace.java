package io.github.registryproxy.store;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How fast the directory of a store is read: little of it at once, more after a moment, since at a start everything else wants the
 * processors, too; or when somebody waits for it.
 */
final class Pace {
    /** So many files are read in a few hundredths of a second. */
    static final int AT_ONCE = 4096;

    private static final long MOMENT = TimeUnit.SECONDS.toNanos(3);

    private final long begin = System.nanoTime();
    private final AtomicLong steps = new AtomicLong();
    private final CountDownLatch hurried = new CountDownLatch(1);
    private volatile boolean hurry;
    private volatile boolean left;

    /** Before each file; an IOException once the store is left. */
    void step() throws IOException {
        if (steps.incrementAndGet() > AT_ONCE && !hurry) {
            long rest = begin + MOMENT - System.nanoTime();
            if (rest <= 0 || Uninterruptibles.awaitUninterruptibly(hurried, rest, TimeUnit.NANOSECONDS)) {
                hurry = true;
            }
        }
        checkStays();
    }

    void hurry() {
        hurry = true;
        hurried.countDown();
    }

    /** What takes long, and nobody waits for, ends soon. */
    void leave() {
        left = true;
        hurry();
    }

    /** An IOException once the store is left. */
    void checkStays() throws IOException {
        if (left) {
            throw new IOException("store is closed");
        }
    }

    boolean isLeft() {
        return left;
    }
}

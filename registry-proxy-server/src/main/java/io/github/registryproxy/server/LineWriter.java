package io.github.registryproxy.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes lines from many threads: who finds nobody writing writes, also what others bring meanwhile, so that under load one call
 * of the system takes many lines, and otherwise each is out when its thread goes on. Where the other side does not read, all
 * wait once a mebibyte is left.
 */
final class LineWriter {
    private static final int MOST_WAITING = 1024 * 1024;

    private final OutputStream out;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition written = lock.newCondition();
    private StringBuilder waiting = new StringBuilder();
    private boolean writing;

    LineWriter(OutputStream out) {
        this.out = out;
    }

    /** Writes the line and its end, or leaves it to whoever is writing. */
    void write(String line) throws IOException {
        lock.lock();
        try {
            while (writing && waiting.length() > MOST_WAITING) {
                written.awaitUninterruptibly();
            }
            waiting.append(line).append(System.lineSeparator());
            if (writing) {
                return;
            }
            writing = true;
        } finally {
            lock.unlock();
        }
        writeAll();
    }

    /** Returns when all that was brought before has been written. */
    void flush() {
        lock.lock();
        try {
            while (writing) {
                written.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void writeAll() throws IOException {
        StringBuilder mine = new StringBuilder();
        boolean done = false;
        try {
            for (mine = take(mine); mine.length() > 0; mine = take(mine)) {
                out.write(mine.toString().getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
            done = true;
        } finally {
            if (!done) {
                end();
            }
        }
    }

    /** What waits, in exchange for a builder that may be used again; when nothing does, the writing ends with it. */
    private StringBuilder take(StringBuilder used) {
        lock.lock();
        try {
            StringBuilder lines = waiting;
            used.setLength(0);
            waiting = used;
            writing = lines.length() > 0;
            written.signalAll();
            return lines;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            writing = false;
            written.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

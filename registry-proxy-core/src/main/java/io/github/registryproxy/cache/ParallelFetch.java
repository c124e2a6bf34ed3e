package io.github.registryproxy.cache;

import java.util.concurrent.Executor;

/**
 * How large blobs are fetched in pieces.
 *
 * @param connections at a time, for one blob; 1 for no pieces
 * @param fromBytes size of the first piece: what is not larger comes in one
 * @param threads for all connections but the first
 */
record ParallelFetch(int connections, long fromBytes, Executor threads) {
    private static final long SMALLEST = 1024 * 1024;
    private static final long LARGEST = 8 * SMALLEST;

    boolean isOn() {
        return connections > 1;
    }

    /** Small enough that all connections end at about the same time, and large enough that asking costs little. */
    long pieceOf(long rest) {
        return Math.max(Math.min(SMALLEST, fromBytes), Math.min(LARGEST, rest / (connections * 8L)));
    }

    /** How far pieces may be ahead of what is there without a gap. */
    long window(long piece) {
        return fromBytes + 2 * connections * piece;
    }
}

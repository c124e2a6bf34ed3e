package io.github.registryproxy.policy;

import io.github.registryproxy.policy.Provenance.Key;
import io.github.registryproxy.policy.Provenance.TagKey;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.RecordKey;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * The provenance in a store. What is added is written by and by, since losing it costs a question to the registry and no more;
 * what is taken away is written at once.
 */
final class ReachRecords {
    private static final Logger LOG = System.getLogger(ReachRecords.class.getName());

    private final ContentStore store;
    private final String scope;
    private final Executor writer;

    ReachRecords(ContentStore store, String scope, Executor writer) {
        this.store = store;
        this.scope = scope;
        this.writer = writer;
    }

    Optional<ReachNode> node(Key key) {
        return read(record(key)).flatMap(ReachNode::parse);
    }

    Tagged tagged(TagKey key) {
        return read(record(key)).flatMap(Tagged::parse).orElse(Tagged.NOTHING);
    }

    void put(Key key, ReachNode node) {
        if (!node.dirty.getAndSet(true)) {
            try {
                writer.execute(() -> putNow(key, node));
            } catch (RejectedExecutionException e) {
                // Too much at once, or the end: what is not written is found out again.
                node.dirty.set(false);
            }
        }
    }

    void putNow(Key key, ReachNode node) {
        node.dirty.set(false);
        write(record(key), node.toBytes());
    }

    void put(TagKey key, Tagged tagged) {
        try {
            writer.execute(() -> write(record(key), tagged.toBytes()));
        } catch (RejectedExecutionException e) {
            // As above.
            return;
        }
    }

    private RecordKey record(Key key) {
        return RecordKey.of(
                "reach", scope, key.repository().value(), key.digest().toString());
    }

    private RecordKey record(TagKey key) {
        return RecordKey.of("tagged", scope, key.repository().value(), key.tag().value());
    }

    private Optional<byte[]> read(RecordKey key) {
        try {
            return store.record(key);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "POLICY cannot read what it knew: {0}", e.toString());
            return Optional.empty();
        }
    }

    private void write(RecordKey key, byte[] value) {
        try {
            store.putRecord(key, value);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "POLICY cannot keep what it knows: {0}", e.toString());
        }
    }
}

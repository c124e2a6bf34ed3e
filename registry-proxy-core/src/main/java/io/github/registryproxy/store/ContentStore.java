package io.github.registryproxy.store;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Keeps content by digest and records by key. Safe for concurrent use.
 *
 * <p>Content is there as a whole, and hashed to its digest when it was committed, or it is not there; it may go at any time, which
 * a reader who has it open does not notice. Nobody is asked who may read: that is the business of whoever opens it.
 *
 * <p>An {@link IOException} of any method means that the store cannot do it now (full, broken, away): callers go on without the
 * store. Nothing is half done then.
 */
public interface ContentStore extends AutoCloseable {
    /** The content, for one reader who closes it; empty where there is none. Counts as a use of it. */
    Optional<StoredContent> open(Digest digest) throws IOException;

    /** The size in bytes; empty where there is no such content. Counts as no use. */
    Optional<Long> size(Digest digest) throws IOException;

    /**
     * A place to write content with that digest to, unseen by readers until it is committed. What an earlier staging left behind
     * may be there already: see {@link Staging#size}. Of two stagings of one digest at a time, the store may refuse the second
     * with an IOException.
     */
    Staging stage(Digest digest) throws IOException;

    /**
     * As {@link #stage(Digest)}, but what an earlier staging left behind is there only where it was of the same source: what one
     * place gave is not continued with another's bytes.
     *
     * @param source names where the content comes from
     */
    default Staging stage(Digest digest, String source) throws IOException {
        Staging staging = stage(digest);
        if (staging.size() == 0) {
            return staging;
        }
        try (staging) {
            staging.discard();
        }
        return stage(digest);
    }

    /** Takes the content away; who has it open reads on. */
    void delete(Digest digest) throws IOException;

    /** The digests of all content there is. */
    List<Digest> digests() throws IOException;

    /** The record under that key; empty where there is none. */
    Optional<byte[]> record(RecordKey key) throws IOException;

    /**
     * What the record under that key says; empty where there is none. A store may keep it as parsed for as long as the record
     * stays the same.
     *
     * @param parser of bytes that it leaves alone, to values that nobody changes; always the same object for a kind of records
     */
    default <T> Optional<T> record(RecordKey key, Function<byte[], T> parser) throws IOException {
        return record(key).map(parser);
    }

    /** Puts a record, at most {@link RecordKey#LARGEST_RECORD} bytes, in place of what was there, at once and as a whole. */
    void putRecord(RecordKey key, byte[] value) throws IOException;

    void deleteRecord(RecordKey key) throws IOException;

    /** The keys of all records of a kind, in no order. */
    List<RecordKey> records(String kind) throws IOException;

    /** Ends the use of the store; content and records stay where they are meant to outlive the process. */
    @Override
    void close() throws IOException;
}

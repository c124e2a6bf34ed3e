package io.github.registryproxy.store;

import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.FileBuffers;
import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Content on its way into a file, hashed behind the writer; readers have a channel of their own. */
final class FileStaging implements AheadStaging {
    private enum State {
        OPEN,
        FAILED,
        COMMITTED,
        DISCARDED
    }

    private final Stagings stagings;
    private final Digest digest;
    private final HashBehind computation;
    private final ForceBehind disk;
    private final FileChannel writer;
    private final ReentrantLock opening = new ReentrantLock();
    private final AtomicLong counted = new AtomicLong();
    private volatile @Nullable Reach reach;
    private final SharedReader reader;
    private volatile Path file;
    private volatile long size;
    private volatile boolean closed;
    private volatile State state = State.OPEN;

    /** What is read is checked from the commit on, since it stays for as long as its slowest reader. */
    private volatile @Nullable Committed committed;

    private record Committed(BlockSums sums, Blocks.Damage damage) {}

    /** Opens the file, making it where there is none; what it holds is hashed like what is appended. */
    FileStaging(Stagings stagings, Digest digest, Path file, long capacity) throws IOException {
        this.stagings = stagings;
        this.digest = digest;
        this.file = file;
        this.writer = StoreFiles.openToWrite(file);
        try {
            if (writer.size() > capacity) {
                writer.truncate(0);
            }
            this.size = writer.size();
            this.counted.set(size);
            this.reader = new SharedReader(() -> this.file);
        } catch (IOException e) {
            writer.close();
            throw e;
        }
        this.computation = new HashBehind(digest.algorithm(), reader::read, stagings.behind());
        computation.written(size);
        this.disk = new ForceBehind(writer, stagings.behind(), size);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void append(ByteBuffer bytes) throws IOException {
        long end = size + bytes.remaining();
        change(end, () -> {
            put(size, bytes);
            extend(end);
        });
    }

    @Override
    public void write(long position, ByteBuffer bytes) throws IOException {
        change(position + bytes.remaining(), () -> {
            if (position < size) {
                throw new IOException("byte " + position + " of " + digest + " is there already");
            }
            makeReach();
            put(position, bytes);
        });
    }

    @Override
    public void reach(long end) throws IOException {
        change(end, () -> extend(end));
    }

    private void put(long position, ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        for (long at = position; bytes.hasRemaining(); ) {
            at += writer.write(bytes, at);
        }
        counted.addAndGet(count);
        stagings.grown(count);
    }

    private void extend(long end) throws IOException {
        Reach gaps = reach;
        if (gaps != null) {
            gaps.set(end);
        }
        size = end;
        computation.written(end);
        disk.written(end);
    }

    private void makeReach() throws IOException {
        if (reach != null) {
            return;
        }
        opening.lock();
        try {
            if (reach == null) {
                reach = Reach.begin(file, size);
            }
        } finally {
            opening.unlock();
        }
    }

    private interface Change {
        void now() throws IOException;
    }

    private void change(long wanted, Change change) throws IOException {
        begin(wanted);
        try {
            change.now();
        } catch (IOException e) {
            state = State.FAILED;
            // An interrupt is no reason to fetch everything again: what is there is a prefix.
            if (!(e instanceof ClosedByInterruptException)) {
                StoreFiles.deleteAfter(e, file);
            }
            throw e;
        } finally {
            stagings.end();
        }
    }

    private void begin(long wanted) throws IOException {
        if (closed || state != State.OPEN) {
            throw new IOException("staging of " + digest + " is " + (closed ? "CLOSED" : state));
        }
        try {
            stagings.begin(wanted);
        } catch (IOException e) {
            state = State.FAILED;
            throw e;
        }
    }

    @Override
    public int read(long position, ByteBuffer into) throws IOException {
        long there = size - position;
        if (there <= 0 || !into.hasRemaining()) {
            return 0;
        }
        Committed whole = committed;
        if (whole != null) {
            return read(whole, position, into);
        }
        int limit = into.limit();
        into.limit((int) Math.min(limit, into.position() + there));
        try {
            return Math.max(0, reader.read(position, into));
        } finally {
            into.limit(limit);
        }
    }

    private int read(Committed whole, long position, ByteBuffer into) throws IOException {
        Blocks blocks = new Blocks(reader::read, whole.sums, whole.damage);
        int length = whole.sums.length(Math.toIntExact(position / BlockSums.BLOCK));
        if (position % BlockSums.BLOCK == 0 && into.remaining() >= length) {
            int n = blocks.read(position, size, into.slice()).remaining();
            into.position(into.position() + n);
            return n;
        }
        ByteBuffer block = FileBuffers.take(BlockSums.BLOCK);
        try {
            ByteBuffer found = blocks.read(position, size, block);
            int n = Math.min(found.remaining(), into.remaining());
            into.put(found.limit(found.position() + n));
            return n;
        } finally {
            FileBuffers.giveBack(block, true);
        }
    }

    @Override
    public void commit() throws IOException {
        begin(size);
        try {
            closeGaps();
            writer.force(true); // while the rest is hashed
            HashBehind.Hashed got = computation.finish();
            if (!got.digest().equals(digest)) {
                throw new ContentMismatchException(digest, got.digest(), size);
            }
            committed =
                    new Committed(got.sums(), (offset, cause) -> new DamagedContentException(digest, offset, cause));
            ContentFiles.Published published = stagings.publish(file, digest, got.sums());
            file = published.file();
            committed = new Committed(got.sums(), published.damage());
            state = State.COMMITTED;
            stagings.grown(-counted.get());
        } catch (IOException e) {
            state = State.FAILED;
            StoreFiles.deleteAfter(e, file);
            throw e;
        } finally {
            stagings.end();
        }
    }

    private void closeGaps() throws IOException {
        if (reach != null) {
            writer.truncate(size);
            Reach.end(file);
        }
    }

    @Override
    public void discard() throws IOException {
        if (closed || state == State.COMMITTED || state == State.DISCARDED) {
            return;
        }
        state = State.DISCARDED;
        stagings.discard(file);
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            release();
        } finally {
            stagings.ended(digest, file, counted.get(), state == State.COMMITTED);
        }
    }

    private void release() throws IOException {
        Reach gaps = reach;
        try (writer;
                reader;
                gaps) {
            return;
        }
    }
}

package io.github.registryproxy.store;

import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.protocol.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Content on its way into a store whose digest is told at the end: a push. It outlives requests, and the process: who names it
 * again goes on where it is. One writer at a time; a newer one takes it over.
 */
public final class Upload implements Closeable {
    private final Uploads uploads;
    private final UploadFile file;
    private final String id;
    private final long turn;

    Upload(Uploads uploads, UploadFile file, String id, long turn) {
        this.uploads = uploads;
        this.file = file;
        this.id = id;
        this.turn = turn;
    }

    /** What it is found by again: 32 hexadecimal digits that nobody can guess. */
    public String id() {
        return id;
    }

    /** How many bytes are there. */
    public long size() {
        return file.size();
    }

    /**
     * Adds all remaining bytes. After an IOException what was there before is still there, and can be gone on with.
     *
     * @throws TakenOverException when another writer has come meanwhile, or the upload has ended
     */
    public void append(ByteBuffer bytes) throws IOException {
        file.append(turn, bytes);
    }

    /**
     * Publishes the content, at once and as a whole, when it hashes to the digest; the upload has ended then.
     *
     * @throws ContentMismatchException when it does not; the upload has ended as well, and its bytes are gone
     * @throws TakenOverException as {@link #append}
     */
    public void commit(Digest digest) throws IOException {
        uploads.commit(file, turn, digest);
    }

    /** Ends the upload; its bytes are gone. */
    public void discard() throws IOException {
        uploads.discard(file, turn);
    }

    /** Ends the upload after a failure, which is what the caller goes on to throw. */
    public void discardAfter(Exception failure) {
        try {
            discard();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Lets go of it, without ending it. */
    @Override
    public void close() throws IOException {
        uploads.release(file);
    }

    /** Somebody else goes on with the upload, or has ended it. */
    public static final class TakenOverException extends IOException {
        private static final long serialVersionUID = 1;

        TakenOverException() {
            super("another request has taken the upload over, or ended it");
        }
    }
}

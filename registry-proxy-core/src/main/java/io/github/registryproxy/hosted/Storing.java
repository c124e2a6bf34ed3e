package io.github.registryproxy.hosted;

import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryError;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.store.Upload;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedByInterruptException;

/** Does what writes, and says in the specification's words why it could not be done. */
final class Storing {
    private static final Logger LOG = System.getLogger(Storing.class.getName());

    private final HostedStore store;

    Storing(HostedStore store) {
        this.store = store;
    }

    /** What writes to the store, and reads nothing from the client. */
    interface Write<T> {
        T now() throws IOException;
    }

    <T> T write(Write<T> write) throws InterruptedIOException {
        try {
            return write.now();
        } catch (ContentMismatchException e) {
            throw refused(ErrorCode.DIGEST_INVALID.because("provided digest did not match uploaded content"), e);
        } catch (Upload.TakenOverException e) {
            throw refused(
                    ErrorCode.BLOB_UPLOAD_INVALID
                            .because("another request goes on with this upload, or has ended it")
                            .withStatus(409),
                    e);
        } catch (ClosedByInterruptException e) {
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while content was stored");
            interrupted.initCause(e);
            throw interrupted;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private RegistryException failed(IOException e) {
        if (store.isFull() || String.valueOf(e.getMessage()).contains("No space left")) {
            LOG.log(Level.ERROR, "a push was refused: the disk of {0} is full", store.directory());
            return refused(
                    ErrorCode.DENIED
                            .because("the registry's disk is full: nothing of this request was kept, try again later")
                            .withStatus(507),
                    e);
        }
        LOG.log(Level.ERROR, "a push could not be stored in " + store.directory(), e);
        return refused(ErrorCode.UNKNOWN.because("the registry could not store this; its log says why"), e);
    }

    private static RegistryException refused(RegistryError error, IOException cause) {
        return new RegistryException(error, cause);
    }
}

package io.github.registryproxy.facade.chain;

import java.util.Collection;

/** Closes several things, whatever becomes of one of them. */
final class Closing {
    private Closing() {}

    /** In their order; the first failure is thrown when all are closed. */
    static void all(Collection<? extends AutoCloseable> resources) {
        RuntimeException failure = null;
        for (AutoCloseable resource : resources) {
            try {
                resource.close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = new IllegalStateException("could not close " + resource, e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}

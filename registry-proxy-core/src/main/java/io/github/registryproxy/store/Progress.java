package io.github.registryproxy.store;

import java.io.IOException;

/** Is told how far long work on a store has come: often, in the thread that works, so implementations are quick. */
@FunctionalInterface
public interface Progress {
    /** Tells nobody. */
    Progress NONE = (done, total) -> {};

    /**
     * @param done 0 to total, in the unit that the work says
     * @param total may change while content comes and goes
     * @throws IOException to end the work here; what is done stays done
     */
    void reached(long done, long total) throws IOException;
}

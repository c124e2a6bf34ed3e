package io.github.registryproxy.server.control;

import java.io.IOException;

/** Does what is asked, in this process, and says what came of it. */
@FunctionalInterface
public interface ControlActions {
    /** It is done. */
    int DONE = 0;

    /** Damage was found, or it could not be done. */
    int FAILED = 1;

    /** The exit code; what was wrong has been said. */
    int run(ControlRequest request, ControlReply reply) throws IOException;

    /** The answer to what is asked at the wrong place. */
    static int unknown(ControlReply reply) throws IOException {
        reply.fail("nothing here knows this request");
        return FAILED;
    }
}

package io.github.registryproxy.server.control;

import java.io.IOException;

/** Where the answer to a request goes, line by line. An IOException means that nobody hears it: the work may end. */
public interface ControlReply {
    /** What was asked for. */
    void say(String line) throws IOException;

    /** How far it is; comes often, and may be dropped. */
    void progress(String text) throws IOException;

    /** Why it cannot be done, and what to do about it. */
    void fail(String line) throws IOException;
}

package io.github.registryproxy.tests.real;

import java.io.IOException;

/** A client that pulls images over plain HTTP. */
interface Puller {
    /** Pulls, without credentials, as if for the first time, and returns the digest the client names the image by. */
    String pull(String reference) throws IOException;

    /** The same, as somebody. */
    String pullAs(String user, String password, String reference) throws IOException;
}

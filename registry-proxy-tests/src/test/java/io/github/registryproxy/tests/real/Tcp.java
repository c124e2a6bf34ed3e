package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** Below HTTP. */
final class Tcp {
    private Tcp() {}

    static boolean accepts(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        }
    }
}

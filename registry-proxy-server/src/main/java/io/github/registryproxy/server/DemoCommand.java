package io.github.registryproxy.server;

import io.github.registryproxy.facade.Listener;
import io.github.registryproxy.facade.SettingException;
import java.io.PrintStream;

/** The demonstration on the console: what to type, and a log line for each request. */
final class DemoCommand {
    private DemoCommand() {}

    /** Runs until the process is told to stop. */
    static void run(Listener listener, PrintStream out) throws SettingException, CannotListenException {
        try (Demo demo = Demo.start(listener.host().orElse(Demo.LOOPBACK), listener.port())) {
            out.print(instructions(demo.port()));
            out.flush();
            Shutdown.drainOnSignal(demo.proxyServer(), () -> {});
            demo.proxyServer().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String instructions(int port) {
        return """
                A registry holds samples/hello; the proxy serves it as hello. In another terminal:

                  podman pull --tls-verify=false localhost:PORT/hello:release-1
                  podman run --rm localhost:PORT/hello:release-1
                  docker pull localhost:PORT/hello:release-1
                  curl http://localhost:PORT/v2/hello/tags/list

                Tags: TAGS. Stop with Ctrl-C. Each request is logged below, with miss or hit of the cache at its end.

                """.replace("PORT", Integer.toString(port)).replace("TAGS", String.join(", ", SampleRegistry.TAGS));
    }
}

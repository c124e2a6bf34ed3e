package io.github.registryproxy.examples.embedded;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.middleware.AccessLog;
import io.github.registryproxy.middleware.PullOnly;
import io.github.registryproxy.middleware.RenameRepository;
import io.github.registryproxy.servlet.RegistryProxyServlet;
import io.github.registryproxy.upstream.HttpUpstream;
import java.net.URI;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;

/** {@code java ... Embedded https://gcr.io my-project 8080}: then {@code docker pull localhost:8080/app:1}. */
public final class Embedded {
    private Embedded() {}

    public static void main(String[] args) throws Exception {
        start(URI.create(args[0]), args[1], Integer.parseInt(args[2])).join();
    }

    // region mount
    static Server start(URI registry, String prefix, int port) throws Exception {
        RegistryProxy proxy = RegistryProxy.builder()
                .use(new AccessLog())
                .use(RenameRepository.under(prefix))
                .use(new PullOnly())
                .upstream(HttpUpstream.to(registry).build())
                .build();

        ServletHolder images = new ServletHolder(new RegistryProxyServlet(proxy));
        images.setAsyncSupported(true);

        ServletContextHandler app = new ServletContextHandler("/", ServletContextHandler.NO_SESSIONS);
        app.addServlet(HelloServlet.class, "/hello");
        app.addServlet(images, "/v2/*");

        Server server = new Server(port);
        server.setHandler(app);
        server.start();
        return server;
    }
    // endregion
}

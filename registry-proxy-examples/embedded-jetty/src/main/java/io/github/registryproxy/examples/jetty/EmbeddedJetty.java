package io.github.registryproxy.examples.jetty;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.middleware.AccessLog;
import io.github.registryproxy.middleware.PullOnly;
import io.github.registryproxy.middleware.RenameRepository;
import io.github.registryproxy.servlet.RegistryProxyServlet;
import io.github.registryproxy.servlet.ServletSettings;
import io.github.registryproxy.upstream.HttpUpstream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;

/** {@code java -jar embedded-jetty.jar https://mirror.gcr.io library 8080}: then {@code docker pull localhost:8080/busybox}. */
public final class EmbeddedJetty {
    private EmbeddedJetty() {}

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

        ServletHolder images = new ServletHolder(
                new RegistryProxyServlet(ServletSettings.of(proxy).closing(proxy)));
        images.setAsyncSupported(true);

        ServletContextHandler app = new ServletContextHandler("/", ServletContextHandler.NO_SESSIONS);
        app.addServlet(Hello.class, "/hello");
        app.addServlet(images, "/v2/*");

        Server server = new Server(port);
        server.setHandler(app);
        server.setStopAtShutdown(true);
        server.start();
        return server;
    }
    // endregion

    /** What the application did before: nothing about it changes. */
    public static final class Hello extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setContentType("text/plain");
            response.getWriter().print("Hello from the application\n");
        }
    }
}

package io.github.registryproxy.tests.real;

import io.github.registryproxy.hosted.HostedRegistry;
import io.github.registryproxy.hosted.HostedStore;
import io.github.registryproxy.servlet.RegistryProxyServlet;
import java.nio.file.Path;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A hosted registry and nothing else, in a process of its own: {@code HostedMain PORT DIRECTORY}. */
final class HostedMain {
    private HostedMain() {}

    public static void main(String[] arguments) throws Exception {
        HostedStore store = HostedStore.open(Path.of(arguments[1]));
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(Integer.parseInt(arguments[0]));
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/", ServletContextHandler.NO_SESSIONS);
        ServletHolder servlet = new ServletHolder(
                new RegistryProxyServlet(HostedRegistry.builder(store).build()));
        servlet.setAsyncSupported(true);
        context.addServlet(servlet, "/*");
        server.setHandler(context);
        server.setStopAtShutdown(true);
        server.start();
        server.join();
    }
}

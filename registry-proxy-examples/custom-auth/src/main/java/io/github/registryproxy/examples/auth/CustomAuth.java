package io.github.registryproxy.examples.auth;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.middleware.AccessLog;
import io.github.registryproxy.middleware.RenameRepository;
import io.github.registryproxy.servlet.RegistryProxyServlet;
import io.github.registryproxy.servlet.ServletSettings;
import io.github.registryproxy.upstream.BlobDelivery;
import io.github.registryproxy.upstream.HttpUpstream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import javax.sql.DataSource;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.tools.RunScript;

/**
 * {@code java -jar custom-auth.jar https://mirror.gcr.io library 8080}, with the database in the environment's DATABASE, else
 * in memory; {@code java -jar custom-auth.jar hash} prints what to keep of the password on its standard input.
 */
public final class CustomAuth {
    private static final String IN_MEMORY = "jdbc:h2:mem:people;DB_CLOSE_DELAY=-1";

    private CustomAuth() {}

    public static void main(String[] args) throws Exception {
        if (args.length == 1 && args[0].equals("hash")) {
            System.out.println(Passwords.hash(line().toCharArray()));
            return;
        }
        String database = System.getenv().getOrDefault("DATABASE", IN_MEMORY);
        DataSource people = JdbcConnectionPool.create(database, "sa", "");
        create(people);
        RegistryHandler registry = HttpUpstream.to(URI.create(args[0]))
                .blobDelivery(BlobDelivery.STREAM)
                .build();
        serve(proxy(people, args[1], registry), Integer.parseInt(args[2])).join();
    }

    // region chain
    static RegistryProxy proxy(DataSource people, String prefix, RegistryHandler registry) {
        return RegistryProxy.builder()
                .use(new AccessLog())
                .use(new DatabaseLogin(new UserDatabase(people)))
                .use(RenameRepository.under(prefix))
                .upstream(registry)
                .build();
    }
    // endregion

    static Server serve(RegistryProxy proxy, int port) throws Exception {
        ServletHolder images = new ServletHolder(
                new RegistryProxyServlet(ServletSettings.of(proxy).closing(proxy)));
        images.setAsyncSupported(true);
        ServletContextHandler app = new ServletContextHandler("/", ServletContextHandler.NO_SESSIONS);
        app.addServlet(images, "/v2/*");
        Server server = new Server(port);
        server.setHandler(app);
        server.setStopAtShutdown(true);
        server.start();
        return server;
    }

    /** The tables and two people, unless they are there. */
    static void create(DataSource people) throws SQLException, IOException {
        InputStream script = Objects.requireNonNull(CustomAuth.class.getResourceAsStream("/people.sql"));
        try (Connection connection = people.getConnection();
                Reader in = new InputStreamReader(script, StandardCharsets.UTF_8)) {
            RunScript.execute(connection, in);
        }
    }

    private static String line() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        return Objects.requireNonNull(in.readLine(), "no password on the standard input");
    }
}

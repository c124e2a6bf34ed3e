package io.github.registryproxy.server;

import io.github.registryproxy.facade.Listener;
import io.github.registryproxy.facade.SettingException;
import io.github.registryproxy.facade.SettingSource;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code registry-proxy [serve|demo|cache ...] [OPTIONS]}.
 *
 * <p>Exit codes: 0 after SIGTERM or SIGINT and after help; 1 when it cannot run (the port is in use),
 * or a cache is damaged; 2 when a setting is
 * wrong, missing or contradicts another. In both cases one line on standard error says what to change.
 */
public final class Main {
    private static final int STOPPED = 0;
    private static final int CANNOT_RUN = 1;
    private static final int WRONG_SETTING = 2;

    private Main() {}

    /** Runs until the process is told to stop. */
    public static void main(String[] arguments) {
        ServerLog.install();
        // Read once, when the JDK's HTTP client loads: four times its default doubles what a proxied blob gets.
        if (System.getProperty("jdk.httpclient.bufsize") == null) {
            System.setProperty("jdk.httpclient.bufsize", "65536");
        }
        int code = run(arguments, System.getenv(), System.out, System.err);
        if (code != STOPPED) {
            System.exit(code);
        }
    }

    static int run(String[] arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        try {
            if (arguments.length > 0 && arguments[0].equals("cache")) {
                String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
                return CacheCommand.run(CacheArguments.parse(rest), environment, out, err);
            }
            CommandLineArguments given = CommandLineArguments.parse(arguments);
            SettingSource[] sources = {
                SettingSource.commandLine(given.options()), SettingSource.environment(environment)
            };
            switch (given.command()) {
                case HELP -> out.print(Help.text());
                case VERSION -> out.println(Help.version());
                case SERVE -> ServeCommand.run(sources);
                case DEMO -> DemoCommand.run(Listener.of(sources), out);
            }
            return STOPPED;
        } catch (SettingException e) {
            return failed(err, e.getMessage(), WRONG_SETTING);
        } catch (CannotListenException e) {
            return failed(err, e.getMessage(), CANNOT_RUN);
        }
    }

    private static int failed(PrintStream err, @Nullable String message, int code) {
        err.println("registry-proxy: " + message);
        return code;
    }
}

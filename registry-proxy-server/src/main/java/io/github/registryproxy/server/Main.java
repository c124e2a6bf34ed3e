package io.github.registryproxy.server;

import io.github.registryproxy.facade.ConfigurationException;
import io.github.registryproxy.facade.Listener;
import io.github.registryproxy.facade.SettingException;
import io.github.registryproxy.facade.SettingSource;
import io.github.registryproxy.server.config.ConfigurationFile;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code registry-proxy [serve|demo|train|cache ...|hosted ...|check-config ...] [OPTIONS]}.
 *
 * <p>Exit codes: 0 after SIGTERM or SIGINT and after help; 1 when it cannot run (the port is in use),
 * or what is kept is damaged; 2 when a setting is
 * wrong, missing or contradicts another. In all cases a line on standard error says what to change; of a configuration file a line
 * for each thing that is wrong.
 */
public final class Main {
    private static final int STOPPED = 0;
    private static final int CANNOT_RUN = 1;
    private static final int WRONG_SETTING = 2;
    private static final String CONFIG = "CONFIG";

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
            String first = arguments.length > 0 ? arguments[0] : "";
            if (first.equals("cache") || first.equals("hosted")) {
                String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
                return first.equals("cache")
                        ? CacheCommand.run(CacheArguments.parse(rest), environment, out, err)
                        : HostedCommand.run(HostedArguments.parse(rest), environment, out, err);
            }
            run(CommandLineArguments.parse(arguments), environment, out);
            return STOPPED;
        } catch (ConfigurationException e) {
            e.problems().forEach(problem -> failed(err, problem, WRONG_SETTING));
            return WRONG_SETTING;
        } catch (SettingException e) {
            return failed(err, e.getMessage(), WRONG_SETTING);
        } catch (CannotListenException e) {
            return failed(err, e.getMessage(), CANNOT_RUN);
        }
    }

    private static void run(CommandLineArguments given, Map<String, String> environment, PrintStream out)
            throws ConfigurationException, SettingException, CannotListenException {
        SettingSource[] sources = {SettingSource.commandLine(given.options()), SettingSource.environment(environment)};
        switch (given.command()) {
            case HELP -> out.print(Help.text());
            case CONFIG_HELP -> out.print(ConfigCommand.HELP);
            case VERSION -> out.println(Help.version());
            case TRAIN -> TrainCommand.run();
            case DEMO -> DemoCommand.run(Listener.of(sources), out);
            case CONFIG_SCHEMA -> ConfigCommand.schema(out);
            case CHECK_CONFIG -> ConfigCommand.check(required(given.config(), environment), out);
            case PRINT_CONFIG -> ConfigCommand.print(required(given.config(), environment), out);
            case SERVE -> serve(given, environment, sources);
        }
    }

    private static void serve(CommandLineArguments given, Map<String, String> environment, SettingSource... sources)
            throws ConfigurationException, SettingException, CannotListenException {
        Optional<ConfigurationFile> file = file(given.config(), environment);
        if (file.isPresent()) {
            if (!given.options().isEmpty()) {
                throw CommandLineArguments.beside(
                        given.options().keySet().iterator().next());
            }
            ServeCommand.run(ServeCommand.Until::told, file.get(), given.watch());
        } else if (given.watch()) {
            throw new SettingException("--watch: expected --config beside it");
        } else {
            ServeCommand.run(ServeCommand.Until::told, sources);
        }
    }

    /** The file that is named, or that the environment names. */
    static Optional<ConfigurationFile> file(Optional<Path> named, Map<String, String> environment)
            throws SettingException {
        try {
            return named.or(() -> Optional.of(
                                    environment.getOrDefault(CONFIG, "").strip())
                            .filter(name -> !name.isEmpty())
                            .map(Path::of))
                    .map(path -> new ConfigurationFile(path, environment));
        } catch (InvalidPathException e) {
            throw new SettingException(CONFIG + ": expected the name of a file");
        }
    }

    private static ConfigurationFile required(Optional<Path> named, Map<String, String> environment)
            throws SettingException {
        return file(named, environment)
                .orElseThrow(() -> new SettingException("expected the name of a file behind it"));
    }

    private static int failed(PrintStream err, @Nullable String message, int code) {
        err.println("registry-proxy: " + message);
        return code;
    }
}

package io.github.registryproxy.server;

import io.github.registryproxy.facade.ConfigurationException;
import io.github.registryproxy.facade.SiteConfiguration;
import io.github.registryproxy.server.config.ConfigurationFile;
import java.io.PrintStream;

/** {@code registry-proxy check-config|print-config FILE} and {@code config-schema}: nothing is opened, asked or changed. */
final class ConfigCommand {
    static final String HELP = """
            registry-proxy --config FILE [--watch]  serve what the file says
            registry-proxy check-config FILE        tell all that is wrong with it
            registry-proxy print-config FILE        all values that count, with the origin of each
            registry-proxy config-schema            the schema of files, for editors

            Files are YAML (.yaml, .yml) or TOML (.toml). In values, ${NAME} and ${NAME:default} are variables
            of the environment, $$ is a dollar. Instead of --config, CONFIG may be set. SIGHUP makes a server
            read its file again, --watch whenever it changes; a wrong file changes nothing but the log.

            Exit codes: 0 all right, 2 something is wrong.
            """;

    private ConfigCommand() {}

    /** Says that it is right, with what may not be meant. */
    static void check(ConfigurationFile file, PrintStream out) throws ConfigurationException {
        SiteConfiguration said = file.read();
        said.warnings().forEach(warning -> out.println("warning: " + warning));
        out.println(file.path() + ": all right");
    }

    static void print(ConfigurationFile file, PrintStream out) throws ConfigurationException {
        out.print(file.read().print());
    }

    static void schema(PrintStream out) {
        out.print(SiteConfiguration.schema());
    }
}

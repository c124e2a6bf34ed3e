package io.github.registryproxy.server;

import io.github.registryproxy.facade.Setting;
import java.util.Map;
import java.util.Optional;

/** What {@code --help} and {@code --version} print. */
final class Help {
    private static final int COLUMN = 41;

    /** What shares a line, since a screen has no more. */
    private static final Map<Setting, Setting> BESIDE =
            Map.of(Setting.TLS_CERT, Setting.TLS_KEY, Setting.CACHE_SIZE, Setting.CACHE_MEMORY);

    private Help() {}

    /** One screen, made of the settings themselves. */
    static String text() {
        StringBuilder text = new StringBuilder("""
                registry-proxy [serve] [OPTIONS]         serve a registry under your own name
                registry-proxy demo [--port N]           try it: a sample registry and a proxy, no network
                registry-proxy cache status|scrub|purge  look after CACHE_DIR: see cache --help

                Options win over environment variables (REPO_PREFIX). Those of the login may end in -file.

                """);
        for (Setting setting : Setting.values()) {
            if (setting.name().endsWith("_FILE") || BESIDE.containsValue(setting)) {
                continue;
            }
            Setting beside = BESIDE.get(setting);
            if (beside == null) {
                line(text, option(setting), setting.help());
            } else {
                line(text, option(setting) + ", " + option(beside), setting.help() + "; " + beside.help());
            }
        }
        line(text, "--help, --version", "this, the version");
        text.append("""

                Example:  registry-proxy --registry-host gcr.io --repo-prefix my-project
                          docker pull localhost:8080/app:1     is then gcr.io/my-project/app:1
                """);
        return text.toString();
    }

    private static String option(Setting setting) {
        return (setting.option() + " " + setting.parameter()).stripTrailing();
    }

    static String version() {
        return "registry-proxy "
                + Optional.ofNullable(Help.class.getPackage().getImplementationVersion())
                        .orElse("(not packaged)");
    }

    private static void line(StringBuilder text, String option, String help) {
        text.append("  ")
                .append(option)
                .append(" ".repeat(Math.max(1, COLUMN - 2 - option.length())))
                .append(help)
                .append('\n');
    }
}

package io.github.registryproxy.server;

import io.github.registryproxy.facade.Setting;
import java.util.Arrays;
import java.util.Optional;

/** What {@code --help} and {@code --version} print. */
final class Help {
    private static final int COLUMN = 41;

    private Help() {}

    /** Made of the settings themselves, a line each. */
    static String text() {
        StringBuilder text = new StringBuilder("""
                registry-proxy [serve] [OPTIONS]         serve a registry under your own name
                registry-proxy --config FILE [--watch]   serve what a file says: see check-config --help
                registry-proxy demo [--port N]           try it: a sample registry and a proxy, no network
                registry-proxy cache status|scrub|purge  look after CACHE_DIR: see cache --help
                registry-proxy hosted status|gc|fsck     look after images of your own: see hosted --help

                Options win over environment variables (REPO_PREFIX). Those of the login may end in -file.

                """);
        for (Setting setting : Setting.values()) {
            if (!isFileForm(setting)) {
                line(text, (setting.option() + " " + setting.parameter()).stripTrailing(), setting.help());
            }
        }
        line(text, "--help, --version", "this, the version");
        text.append("""

                Example:  registry-proxy --registry-host gcr.io --repo-prefix my-project
                          docker pull localhost:8080/app:1     is then gcr.io/my-project/app:1
                """);
        return text.toString();
    }

    /** Those are told in the introduction. */
    private static boolean isFileForm(Setting setting) {
        return Arrays.stream(Setting.values()).anyMatch(direct -> setting.name().equals(direct.name() + "_FILE"));
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

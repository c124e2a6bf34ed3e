package io.github.registryproxy.server;

import java.util.Locale;

/**
 * A setting as somebody gave it.
 *
 * @param value never empty, except that an option may be set to nothing
 */
record Given(Setting setting, String value, Origin origin) {
    private static final int LONGEST_SHOWN = 200;

    /** Where a value comes from; earlier ones win. */
    enum Origin {
        COMMAND_LINE,
        ENVIRONMENT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** As the operator wrote it: option or variable. */
    String name() {
        return origin == Origin.COMMAND_LINE ? setting.option() : setting.name();
    }

    /** To be thrown: the setting, its value unless secret, and what is expected. */
    SettingException expected(String what) {
        return new SettingException(this + ": expected " + what);
    }

    /** To be thrown: both settings, and what to do. */
    SettingException conflictsWith(Given other, String advice) {
        return new SettingException(this + " contradicts " + other + ": " + advice);
    }

    @Override
    public String toString() {
        return setting.isSecret()
                ? name() + " (" + origin + ", value not shown)"
                : name() + "=" + shown(value) + " (" + origin + ")";
    }

    /** Without user info and queries, which may be secrets in any address. */
    private static String shown(String value) {
        String shown = value;
        int at = shown.lastIndexOf('@');
        if (at >= 0) {
            int start = shown.indexOf("//");
            shown = (start >= 0 && start < at ? shown.substring(0, start + 2) : "") + "***" + shown.substring(at);
        }
        int query = shown.indexOf('?');
        if (query >= 0) {
            shown = shown.substring(0, query) + "?***";
        }
        return shown.length() <= LONGEST_SHOWN ? shown : shown.substring(0, LONGEST_SHOWN) + "...";
    }
}

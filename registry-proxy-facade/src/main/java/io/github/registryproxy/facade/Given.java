package io.github.registryproxy.facade;

/**
 * A setting as somebody gave it.
 *
 * @param value blank where a source sets it to nothing
 * @param rank of the source: the lower one wins
 */
record Given(Setting setting, String value, SettingSource source, int rank) {
    private static final int LONGEST_SHOWN = 200;

    /** As the operator wrote it: option or variable. */
    String name() {
        return source.spelling(setting);
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
                ? name() + " (" + source.place(setting) + ", value not shown)"
                : name() + "=" + shown(value) + " (" + source.place(setting) + ")";
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

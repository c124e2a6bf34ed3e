package io.github.registryproxy.facade.schema;

/** Shows values to operators without what may be a secret in any of them. */
public final class Redaction {
    private static final int LONGEST_SHOWN = 200;

    private Redaction() {}

    /** Without user info and queries, which may be secrets in any address. */
    public static String shown(String value) {
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

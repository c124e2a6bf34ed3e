package io.github.registryproxy;

import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.InRepository;

/** Parts of log lines: what strangers chose, in a form that cannot forge a line or a field. */
public final class LogFields {
    private static final int LONGEST = 128;

    private LogFields() {}

    /** What an operation is about, as two fields: repository and reference, {@code -} for what it has not. */
    public static String subject(Operation operation) {
        if (operation instanceof Operation.PullManifest pull) {
            return pull.repository() + " " + pull.reference();
        }
        if (operation instanceof Operation.PushManifest push) {
            return push.repository() + " " + push.reference();
        }
        if (operation instanceof Operation.DeleteManifest delete) {
            return delete.repository() + " " + delete.reference();
        }
        if (operation instanceof Operation.PullBlob pull) {
            return pull.repository() + " " + pull.digest();
        }
        if (operation instanceof InRepository in) {
            return in.repository() + " -";
        }
        return operation instanceof Operation.Other || operation instanceof Operation.Malformed
                ? shown(operation.path()) + " -"
                : "- -";
    }

    /** A text as one field: at most 128 characters, without control characters and blanks. */
    public static String shown(String text) {
        if (text.isEmpty()) {
            return "-";
        }
        int length = Math.min(text.length(), LONGEST);
        int plain = 0;
        while (plain < length && isPlain(text.charAt(plain))) {
            plain++;
        }
        if (plain == text.length()) {
            return text;
        }
        StringBuilder shown = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            shown.append(isPlain(text.charAt(i)) ? text.charAt(i) : '?');
        }
        return shown.toString();
    }

    private static boolean isPlain(char c) {
        return c > 0x20 && c < 0x7f;
    }
}

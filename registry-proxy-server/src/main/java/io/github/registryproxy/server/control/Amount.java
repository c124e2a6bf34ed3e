package io.github.registryproxy.server.control;

import java.util.Locale;

/** Bytes for people. */
final class Amount {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Amount() {}

    /** Exactly, and so that it can be read. */
    static String of(long bytes) {
        return bytes + " bytes (" + human(bytes) + ")";
    }

    static String human(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= 1024 && unit < UNITS.length - 1) {
            amount /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", amount, UNITS[unit]);
    }
}

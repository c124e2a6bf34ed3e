package io.github.registryproxy.facade;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Sizes, times and numbers as operators write them. */
final class Amounts {
    static final long MIB = 1024 * 1024;

    private static final Map<String, Long> SIZES =
            Map.of("", 1L, "KIB", 1024L, "MIB", MIB, "GIB", 1024 * MIB, "TIB", 1024 * 1024 * MIB);
    private static final Map<String, Long> SECONDS = Map.of("", 1L, "S", 1L, "M", 60L, "H", 3600L, "D", 86_400L);
    private static final Map<String, Long> COUNT = Map.of("", 1L);

    private Amounts() {}

    /** From nothing to the longest, in whole seconds. */
    static Duration time(Optional<? extends Stated> given, Duration unset, Duration longest, String expected)
            throws SettingException {
        return Duration.ofSeconds(amount(given, unset.toSeconds(), SECONDS, 0, longest.toSeconds(), expected));
    }

    /** In bytes. */
    static long size(Optional<? extends Stated> given, long unset, long least, long most, String expected)
            throws SettingException {
        return amount(given, unset, SIZES, least, most, expected);
    }

    /** Without a unit. */
    static int count(Optional<? extends Stated> given, int unset, int least, int most, String expected)
            throws SettingException {
        return (int) amount(given, unset, COUNT, least, most, expected);
    }

    private static long amount(
            Optional<? extends Stated> given,
            long unset,
            Map<String, Long> units,
            long least,
            long most,
            String expected)
            throws SettingException {
        if (given.isEmpty()) {
            return unset;
        }
        OptionalLong amount = parse(given.get().value().trim(), units);
        if (amount.isEmpty() || amount.getAsLong() < least || amount.getAsLong() > most) {
            throw given.get().expected(expected);
        }
        return amount.getAsLong();
    }

    private static OptionalLong parse(String text, Map<String, Long> units) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        Long unit = units.get(text.substring(digits).trim().toUpperCase(Locale.ROOT));
        if (digits == 0 || digits > 12 || unit == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Math.multiplyExact(Long.parseLong(text.substring(0, digits)), unit));
        } catch (ArithmeticException e) {
            return OptionalLong.empty();
        }
    }
}

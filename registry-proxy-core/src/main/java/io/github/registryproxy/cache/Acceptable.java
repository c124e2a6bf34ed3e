package io.github.registryproxy.cache;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.protocol.MediaType;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The media types that a request takes (RFC 9110 section 12.5.1), without order and weight; what has the weight 0 is not taken.
 *
 * @param types in order of the alphabet; none where the request says nothing
 */
record Acceptable(SortedSet<String> types) {
    static Acceptable of(RegistryRequest request) {
        SortedSet<String> types = new TreeSet<>();
        for (String line : request.headers().all(HeaderNames.ACCEPT)) {
            int from = 0;
            while (from <= line.length()) {
                int comma = line.indexOf(',', from);
                int end = comma < 0 ? line.length() : comma;
                add(line.substring(from, end), types);
                from = end + 1;
            }
        }
        return new Acceptable(types);
    }

    private static void add(String range, SortedSet<String> types) {
        String type = new MediaType(range).value();
        if (!type.isEmpty() && !hasNoWeight(range)) {
            types.add(type);
        }
    }

    private static boolean hasNoWeight(String range) {
        for (int from = range.indexOf(';'); from >= 0; from = range.indexOf(';', from + 1)) {
            int next = range.indexOf(';', from + 1);
            String parameter = range.substring(from + 1, next < 0 ? range.length() : next)
                    .strip()
                    .toLowerCase(Locale.ROOT);
            if (parameter.startsWith("q=") && parameter.length() > 2) {
                return parameter.chars().skip(2).allMatch(c -> c == '0' || c == '.');
            }
        }
        return false;
    }

    /** Whether a document of that type may be the answer; a request that says nothing takes everything. */
    boolean takes(MediaType type) {
        int slash = type.value().indexOf('/');
        String family = slash < 0 ? type.value() : type.value().substring(0, slash);
        return types.isEmpty()
                || types.contains("*/*")
                || types.contains(type.value())
                || types.contains(family + "/*");
    }
}

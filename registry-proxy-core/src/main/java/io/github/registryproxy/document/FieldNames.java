package io.github.registryproxy.document;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Field names that this library knows in one sort of JSON object. */
final class FieldNames {
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, String> folded = new HashMap<>();

    /** At most 32 names that differ by more than case. */
    FieldNames(String... names) {
        for (String name : names) {
            numbers.put(name, numbers.size());
            folded.put(fold(name), name);
        }
    }

    int size() {
        return numbers.size();
    }

    /** A number of its own for each known name; -1 for any other. */
    int number(String name) {
        return numbers.getOrDefault(name, -1);
    }

    /** The known name that a case-blind reader takes this one for. */
    Optional<String> caseBlind(String name) {
        return Optional.ofNullable(folded.get(fold(name)));
    }

    /**
     * The name as case-blind readers compare it: Go's {@code encoding/json} by simple folding, where {@code ſ} is {@code s} and the
     * Kelvin sign is {@code k}; Java and .NET besides take a dotless {@code ı} and a dotted {@code İ} for {@code i}.
     */
    static String fold(String name) {
        StringBuilder text = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            text.append(Character.toLowerCase(Character.toUpperCase(name.charAt(i))));
        }
        return text.toString();
    }
}

package io.github.registryproxy.document;

import io.github.registryproxy.document.ManifestRefusedException.Reason;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Field names that occurred in one JSON object, which refuses those that two readers understand in two ways. */
final class FieldsSeen {
    /** No object of a manifest that this library interprets has more fields, annotations apart. */
    static final int MOST_FIELDS = 1000;

    private final FieldNames known;
    private int seen;
    private @Nullable Set<String> others;

    FieldsSeen(FieldNames known) {
        this.known = known;
    }

    /** Notes one name; refuses it where it occurred before, or a case-blind reader would take it for a known one. */
    void add(String name) throws ManifestRefusedException {
        int number = known.number(name);
        if (number >= 0) {
            if ((seen & 1 << number) != 0) {
                throw new ManifestRefusedException(Reason.UNCLEAR, "its field " + name + " occurs twice");
            }
            seen |= 1 << number;
            return;
        }
        Optional<String> similar = known.caseBlind(name);
        if (similar.isPresent()) {
            throw new ManifestRefusedException(
                    Reason.UNCLEAR, "a field name differs from " + similar.get() + " by case alone");
        }
        if (others == null) {
            others = new HashSet<>();
        }
        if (!others.add(name)) {
            throw new ManifestRefusedException(Reason.UNCLEAR, "a field occurs twice");
        }
        if (others.size() > MOST_FIELDS) {
            throw new ManifestRefusedException(
                    Reason.TOO_LARGE, "an object has more than " + MOST_FIELDS + " unknown fields");
        }
    }
}

package io.github.registryproxy.testing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of the four messages of an exchange as the file has it.
 *
 * @param line where it begins, from 1
 * @param upstream whether it is on the upstream's side
 * @param request whether it goes from client to upstream
 * @param subject method and target, or the status; empty for an upstream that does not answer
 * @param fields lines that must be there, placeholders not yet filled in
 * @param absent names that must not be there
 * @param body the bytes; null where the file says nothing
 * @param marks what stood in parentheses
 */
record Message(
        int line,
        boolean upstream,
        boolean request,
        String subject,
        List<Field> fields,
        List<String> absent,
        byte @Nullable [] body,
        List<Mark> marks) {
    record Field(String name, String value) {}

    /** What a message may say in parentheses beside its header fields. */
    enum Mark {
        EMPTY("empty"),
        CHUNKED("chunked"),
        BREAKS("breaks"),
        NOTHING("nothing"),
        NO_ANSWER("no answer"),
        NO_ANSWER_IN_TIME("no answer in time");

        final String text;

        Mark(String text) {
            this.text = text;
        }
    }

    Message {
        fields = List.copyOf(fields);
        absent = List.copyOf(absent);
        marks = List.copyOf(marks);
    }

    boolean is(Mark mark) {
        return marks.contains(mark);
    }

    String side() {
        return (upstream ? "upstream " : "client ") + (request ? '>' : '<');
    }
}

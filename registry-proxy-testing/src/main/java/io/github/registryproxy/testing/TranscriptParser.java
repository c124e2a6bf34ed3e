package io.github.registryproxy.testing;

import io.github.registryproxy.testing.Message.Field;
import io.github.registryproxy.testing.Message.Mark;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the text of a transcript; the format stands in {@link Transcript}. */
final class TranscriptParser {
    private static final Pattern HEAD = Pattern.compile("(client|upstream)\\s+([<>])\\s+(.*)");
    private static final Pattern GENERATED = Pattern.compile("(\\d{1,9}) bytes");

    private final String name;
    private final List<Message> messages = new ArrayList<>();
    private int line;
    private @Nullable Draft draft;

    private final class Draft {
        final int begin = line;
        final boolean upstream;
        final boolean request;
        String subject = "";
        final List<Field> fields = new ArrayList<>();
        final List<String> absent = new ArrayList<>();
        final List<Mark> marks = new ArrayList<>();
        final List<String> text = new ArrayList<>();
        byte @Nullable [] generated;

        Draft(boolean upstream, boolean request) {
            this.upstream = upstream;
            this.request = request;
        }

        Message finish() {
            byte[] body = generated;
            if (!text.isEmpty()) {
                body = String.join("\n", text).getBytes(StandardCharsets.UTF_8);
            } else if (marks.contains(Mark.EMPTY)) {
                body = new byte[0];
            }
            return new Message(begin, upstream, request, subject, fields, absent, body, marks);
        }
    }

    private TranscriptParser(String name) {
        this.name = name;
    }

    static List<Exchange> parse(String name, String text) {
        TranscriptParser parser = new TranscriptParser(name);
        text.lines().forEach(parser::line);
        parser.finishMessage();
        return parser.exchanges();
    }

    private void line(String text) {
        line++;
        if (text.isBlank() || text.startsWith("#")) {
            return;
        }
        if (!Character.isWhitespace(text.charAt(0))) {
            head(text);
            return;
        }
        Draft current = draft;
        if (current == null) {
            throw wrong("an indented line belongs to a message above it");
        }
        String item = text.strip();
        if (item.startsWith("|")) {
            current.text.add(item.startsWith("| ") ? text.substring(text.indexOf('|') + 2) : item.substring(1));
        } else if (!item.startsWith("#")) {
            item(current, item);
        }
    }

    private void head(String text) {
        Matcher matcher = HEAD.matcher(text);
        if (!matcher.matches()) {
            throw wrong("a message begins with 'client >', 'upstream >', 'upstream <' or 'client <'");
        }
        finishMessage();
        boolean request = matcher.group(2).equals(">");
        Draft next = new Draft(matcher.group(1).equals("upstream"), request);
        draft = next;
        String[] items = matcher.group(3).strip().split("\\s{2,}");
        int from = 0;
        if (!items[0].startsWith("(")) {
            next.subject = subject(items[0], request);
            from = 1;
        }
        for (int i = from; i < items.length; i++) {
            item(next, items[i]);
        }
    }

    private String subject(String text, boolean request) {
        boolean right = request ? text.matches("\\S+ \\S+") : text.matches("[2-5]\\d\\d");
        if (!right) {
            throw wrong((request ? "not a method and a target: " : "not a status: ") + text);
        }
        return text;
    }

    private void item(Draft current, String item) {
        if (item.startsWith("(") && item.endsWith(")")) {
            mark(current, item.substring(1, item.length() - 1));
            return;
        }
        if (item.startsWith("!")) {
            current.absent.add(item.substring(1).strip());
            return;
        }
        int colon = item.indexOf(':');
        if (colon < 1) {
            throw wrong("neither a header field nor a body line (|) nor a mark: " + item);
        }
        current.fields.add(new Field(
                item.substring(0, colon).strip(), item.substring(colon + 1).strip()));
    }

    private void mark(Draft current, String text) {
        Matcher generated = GENERATED.matcher(text);
        if (generated.matches()) {
            current.generated = Transcript.bytes(Integer.parseInt(generated.group(1)));
            return;
        }
        for (Mark mark : Mark.values()) {
            if (mark.text.equals(text)) {
                current.marks.add(mark);
                return;
            }
        }
        throw wrong("unknown mark: (" + text + ")");
    }

    private void finishMessage() {
        if (draft != null) {
            messages.add(draft.finish());
            draft = null;
        }
    }

    private List<Exchange> exchanges() {
        List<Exchange> exchanges = new ArrayList<>();
        int at = 0;
        while (at < messages.size()) {
            Message request = expect(at++, false, true);
            List<Exchange.Call> calls = new ArrayList<>();
            while (at < messages.size() && messages.get(at).upstream()) {
                Message asked = expect(at++, true, true);
                if (!asked.is(Mark.NOTHING)) {
                    calls.add(new Exchange.Call(asked, expect(at++, true, false)));
                }
            }
            exchanges.add(new Exchange(request, calls, expect(at++, false, false)));
        }
        if (exchanges.isEmpty()) {
            throw wrong("no exchange in it");
        }
        return exchanges;
    }

    private Message expect(int at, boolean upstream, boolean request) {
        String wanted = (upstream ? "upstream " : "client ") + (request ? '>' : '<');
        if (at >= messages.size()) {
            throw wrong("ends where '" + wanted + "' is due");
        }
        Message message = messages.get(at);
        line = message.line();
        if (message.upstream() != upstream || message.request() != request) {
            throw wrong("'" + message.side() + "' where '" + wanted + "' is due");
        }
        boolean silent =
                request ? message.is(Mark.NOTHING) : message.is(Mark.NO_ANSWER) || message.is(Mark.NO_ANSWER_IN_TIME);
        if (message.subject().isEmpty() != silent || (silent && !upstream)) {
            throw wrong("'" + wanted + "' takes " + (request ? "a method and a target" : "a status")
                    + (upstream ? " or a mark of its own" : ""));
        }
        return message;
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(name + ":" + line + ": " + what);
    }
}

package io.github.registryproxy.facade.schema;

import io.github.registryproxy.facade.schema.Checked.Group;
import io.github.registryproxy.facade.schema.Checked.Many;
import io.github.registryproxy.facade.schema.Checked.Value;

/** Prints a checked file as YAML, with the origin of each value behind it and without secrets. */
public final class Printer {
    private static final String HIDDEN = "***";

    private final StringBuilder out = new StringBuilder();

    private Printer() {}

    public static String print(Group root) {
        Printer printer = new Printer();
        printer.fields(root, "");
        return printer.out.toString();
    }

    private void fields(Group group, String indent) {
        group.parts().forEach((key, part) -> {
            out.append(indent).append(key).append(':');
            below(part, indent);
        });
    }

    private void below(Checked part, String indent) {
        if (part instanceof Value value) {
            out.append(' ');
            line(value);
        } else if (part instanceof Many many) {
            out.append(many.items().isEmpty() ? " []\n" : "\n");
            many.items().forEach(item -> item(item, indent + "  "));
        } else if (part instanceof Group group) {
            out.append(group.parts().isEmpty() ? " {}\n" : "\n");
            fields(group, indent + "  ");
        }
    }

    private void item(Checked item, String indent) {
        out.append(indent).append("- ");
        if (item instanceof Value value) {
            line(value);
            return;
        }
        int start = out.length();
        if (item instanceof Group group) {
            fields(group, indent + "  ");
        }
        // The first key stands on the dash's line.
        int end = Math.min(out.length(), start + indent.length() + 2);
        out.delete(start, end);
        if (out.length() == start) {
            out.append("{}\n");
        }
    }

    private void line(Value value) {
        out.append(value.secret() ? quoted(HIDDEN) : scalar(Redaction.shown(value.text())))
                .append("  # ")
                .append(printable(value.origin()))
                .append('\n');
    }

    /** Plain where YAML takes it for what it is. */
    private static String scalar(String text) {
        return text.matches("[A-Za-z0-9_][A-Za-z0-9_./-]*") && !text.matches("(?i)null|yes|no|on|off|y|n")
                ? text
                : quoted(text);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029) {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}

package io.github.registryproxy.upstream;

import java.util.List;

/**
 * One hostile thing that a registry says.
 *
 * @param where in which answer: to which method and of what, and by which status; behind {@code https} where the registry and
 *     its token server speak TLS
 * @param says the field's value; {@code {evil}}, {@code {registry}} and {@code {realm}} stand for a host with its port,
 *     {@code {port}} for the evil one's port
 * @param reaches who may come to the evil one's socket in spite of it
 */
record HostileRow(String where, String says, Reaches reaches) {
    /** With what in hand. */
    enum Reaches {
        /** No connection at all. */
        NOBODY,
        /** A question for a token, where there is nothing to tell. */
        ANONYMOUS,
        /** A request with the fields that a transfer needs, and nothing else. */
        BARE
    }

    /** A line of a table: {@code where | says | reaches}. */
    static HostileRow parse(String line) {
        String[] cells = line.split("\\s+\\|\\s+", 3);
        return new HostileRow(cells[0].strip(), cells[1], Reaches.valueOf(cells[2].strip()));
    }

    static List<HostileRow> parseAll(String table) {
        return table.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(HostileRow::parse)
                .toList();
    }

    boolean isSecure() {
        return where.startsWith("https ");
    }

    /** In words: the method first, or the kind of answer. */
    List<String> words() {
        return List.of((isSecure() ? where.substring("https ".length()) : where).split(" "));
    }

    boolean is(String kind) {
        return String.join(" ", words()).equals(kind);
    }

    /** Whether it is about transfers to the registry. */
    boolean isUpload() {
        return where.contains("upload") || is("created at");
    }

    @Override
    public String toString() {
        return where + " | " + says;
    }
}

package io.github.registryproxy.tests.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The code in documents: a fenced block after {@code <!-- snippet: FILE REGION -->} is that region of that file, which lies
 * between {@code // region NAME} and {@code // endregion} there.
 */
final class Snippets {
    private static final Pattern SNIPPET =
            Pattern.compile("(<!-- snippet: (\\S+) (\\S+) -->\\R```java\\R)(.*?)(```)", Pattern.DOTALL);

    private final Path root;

    Snippets(Path root) {
        this.root = root;
    }

    /** The document as it should be. */
    String filled(Path document) throws IOException {
        String text = Files.readString(document);
        Matcher matcher = SNIPPET.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (matcher.find()) {
            String code = region(root.resolve(matcher.group(2)), matcher.group(3));
            matcher.appendReplacement(filled, Matcher.quoteReplacement(matcher.group(1) + code + matcher.group(5)));
        }
        return matcher.appendTail(filled).toString();
    }

    private static String region(Path file, String name) throws IOException {
        List<String> lines = Files.readAllLines(file);
        int begin = indexOf(lines, "// region " + name, 0);
        int end = indexOf(lines, "// endregion", begin);
        if (begin < 0 || end < 0) {
            throw new IllegalArgumentException(file + " has no region " + name);
        }
        return String.join("\n", lines.subList(begin + 1, end)).stripIndent() + "\n";
    }

    private static int indexOf(List<String> lines, String text, int from) {
        for (int i = Math.max(0, from); i < lines.size(); i++) {
            if (lines.get(i).strip().equals(text)) {
                return i;
            }
        }
        return -1;
    }
}

package io.github.registryproxy.tests.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DocumentsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");

    static List<Path> documents() throws IOException {
        try (Stream<Path> root = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
                Stream<Path> examples = Files.walk(ROOT.resolve("registry-proxy-examples"))) {
            return Stream.of(root.filter(Files::isRegularFile), docs, examples)
                    .flatMap(files -> files)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    /** {@code mvn -pl registry-proxy-tests -am test -Dsnippets=write} puts the code in. */
    @ParameterizedTest
    @MethodSource("documents")
    void code_in_documents_is_code_that_is_tested(Path document) throws IOException {
        String filled = new Snippets(ROOT).filled(document);
        if ("write".equals(System.getProperty("snippets"))) {
            Files.writeString(document, filled);
        }
        assertEquals(filled, Files.readString(document));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void a_link_within_the_project_leads_somewhere(Path document) throws IOException {
        Matcher link = LINK.matcher(Files.readString(document));
        while (link.find()) {
            String target = link.group(1);
            if (!target.contains(":")) {
                assertTrue(Files.exists(document.resolveSibling(target)), document + " links to " + target);
            }
        }
    }
}

package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/conformance.md} names the laws that there are, each under the heading of its section. */
class ConformanceTableTest {
    private static final Path PAGE = Path.of("..", "docs", "conformance.md");
    private static final Pattern LAW = Pattern.compile("`([A-Za-z0-9]+(?:_[A-Za-z0-9]+)+)`");
    private static final Set<String> NO_LAWS = Set.of("REGISTRY_UNDER_TEST");

    @Test
    void every_section_of_the_contract_has_its_heading_and_no_other_has_one() throws IOException {
        List<String> sections =
                sections().map(ConformanceTableTest::heading).sorted().toList();
        assertEquals(sections, parts().keySet().stream().sorted().toList());
    }

    @Test
    void every_law_is_named_under_the_heading_of_its_section() throws IOException {
        Map<String, String> parts = parts();
        List<String> missing = new ArrayList<>();
        sections().forEach(section -> {
            Set<String> named = laws(parts.getOrDefault(heading(section), ""));
            laws(section).filter(law -> !named.contains(law)).forEach(missing::add);
        });
        assertEquals(List.of(), missing);
    }

    @Test
    void every_law_that_is_named_is_one() throws IOException {
        Set<String> named = laws(Files.readString(PAGE));
        named.removeAll(sections().flatMap(ConformanceTableTest::laws).collect(Collectors.toSet()));
        named.removeAll(NO_LAWS);
        assertEquals(Set.of(), named);
    }

    @Test
    void every_row_says_what_proves_it_or_whose_it_is() throws IOException {
        List<String> empty = Files.readString(PAGE)
                .lines()
                .filter(line -> line.startsWith("|") && line.matches(".*\\|\\s*\\|"))
                .toList();
        assertEquals(List.of(), empty);
        assertTrue(parts().size() > 20, "the page is found");
    }

    private static Stream<Class<?>> sections() {
        return Stream.concat(Arrays.stream(DistributionContract.class.getInterfaces()), Stream.of(Settings.class));
    }

    private static String heading(Class<?> section) {
        return Objects.requireNonNull(section.getAnnotation(Section.class), section::getName)
                .value();
    }

    private static Stream<String> laws(Class<?> section) {
        return Arrays.stream(section.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName);
    }

    private static Set<String> laws(String text) {
        return LAW.matcher(text).results().map(match -> match.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** What is below each heading. */
    private static Map<String, String> parts() throws IOException {
        Map<String, String> parts = new LinkedHashMap<>();
        for (String part : Files.readString(PAGE).split("\n## ")) {
            int end = part.indexOf('\n');
            parts.put(part.substring(0, end), part.substring(end));
        }
        parts.remove("# Conformance");
        return parts;
    }
}

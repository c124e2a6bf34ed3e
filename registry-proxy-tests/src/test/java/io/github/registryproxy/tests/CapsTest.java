package io.github.registryproxy.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Caps and their tests: each constant of a main class whose name begins with LARGEST, LONGEST, MOST, SMALLEST or LEAST has a line in
 * {@code caps.txt}, which names tests that fail when the cap is raised or removed.
 */
final class CapsTest {
    private static final Path ROOT = Path.of("..");
    private static final Path LIST = Path.of("src", "test", "resources", "caps.txt");
    private static final String PACKAGE = "io.github.registryproxy.";
    private static final Pattern CAP = Pattern.compile("(LARGEST|LONGEST|MOST|SMALLEST|LEAST)(_\\w+)?");

    private static final List<Class<? extends Annotation>> TESTS =
            List.of(Test.class, ParameterizedTest.class, RepeatedTest.class, TestFactory.class);

    /** {@code cap -> test, test} or {@code cap -- why it has none}. */
    private static final Pattern LINE = Pattern.compile("(\\S+) +(->|--) +(\\S.*)");

    private static final Set<String> CAPS = new TreeSet<>();

    private static Map<String, Matcher> lines() throws IOException {
        Map<String, Matcher> lines = new TreeMap<>();
        for (String line : Files.readAllLines(LIST)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            assertTrue(matcher.matches(), () -> LIST + ": not `cap -> test` or `cap -- reason`: " + line);
            Matcher before = lines.put(matcher.group(1), matcher);
            assertNull(before, () -> LIST + ": two lines of " + matcher.group(1));
        }
        return lines;
    }

    /** Those of all modules that have been built: {@code classes} or {@code test-classes}. */
    private static JavaClasses compiled(String kind) throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            List<Path> directories = modules.map(
                            module -> module.resolve("target").resolve(kind))
                    .filter(Files::isDirectory)
                    .toList();
            return ArchConfiguration.withThreadLocalScope(configuration -> {
                configuration.setResolveMissingDependenciesFromClassPath(false); // what they use does not matter
                return new ClassFileImporter().importPaths(directories);
            });
        }
    }

    private static String name(JavaClass type) {
        String name = type.getName().replace('$', '.');
        return name.startsWith(PACKAGE) ? name.substring(PACKAGE.length()) : name;
    }

    @BeforeAll
    static void find_caps() throws IOException {
        compiled("classes").stream()
                .flatMap(type -> type.getFields().stream())
                .filter(field -> field.getModifiers().containsAll(Set.of(JavaModifier.STATIC, JavaModifier.FINAL)))
                .filter(field -> CAP.matcher(field.getName()).matches())
                .map(field -> name(field.getOwner()) + "." + field.getName())
                .forEach(CAPS::add);
        assertFalse(CAPS.isEmpty(), "no class found: build the other modules first");
    }

    @Test
    void every_cap_has_a_test_that_fails_without_it() throws IOException {
        Set<String> untested = new TreeSet<>(CAPS);
        untested.removeAll(lines().keySet());
        assertEquals(
                Set.of(),
                untested,
                () -> "write a test that fails when the cap is raised, and name it in " + LIST + ": `cap -> test`");
    }

    @Test
    void every_line_is_about_a_cap_that_exists() throws IOException {
        Set<String> gone = new TreeSet<>(lines().keySet());
        gone.removeAll(CAPS);
        assertEquals(Set.of(), gone, () -> "remove these lines from " + LIST);
    }

    @Test
    void every_test_that_is_named_exists() throws IOException {
        Set<String> tests = compiled("test-classes").stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> TESTS.stream().anyMatch(method::isAnnotatedWith))
                .map(method -> name(method.getOwner()) + "." + method.getName())
                .collect(Collectors.toSet());
        Set<String> named = lines().values().stream()
                .filter(line -> line.group(2).equals("->"))
                .flatMap(line -> Arrays.stream(line.group(3).split(", *")))
                .collect(Collectors.toCollection(TreeSet::new));
        named.removeAll(tests);
        assertEquals(Set.of(), named, () -> "no such test methods; named in " + LIST);
    }
}

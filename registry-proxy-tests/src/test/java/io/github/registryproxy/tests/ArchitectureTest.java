package io.github.registryproxy.tests;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The edges between packages, and what may not be done anywhere. A top-level class: nested ones are not run. */
final class ArchitectureTest {
    private static final String ROOT = "io.github.registryproxy";

    /** What each package may use of the others; "" is the root package. A new package has to be decided on here. */
    private static final Map<String, Set<String>> EDGES = Map.ofEntries(
            Map.entry("protocol", Set.of()),
            Map.entry("internal", Set.of()),
            Map.entry("document", Set.of("protocol")),
            Map.entry("", Set.of("protocol", "document", "internal")),
            Map.entry("transport", Set.of("", "internal", "protocol", "document")),
            Map.entry("auth", Set.of("", "internal", "protocol", "document", "transport")),
            Map.entry("upstream", Set.of("", "internal", "protocol", "document", "transport", "auth")),
            Map.entry("metrics", Set.of("", "protocol", "cache", "policy")),
            Map.entry("middleware", Set.of("", "protocol", "document", "transport", "auth", "cache", "metrics")),
            Map.entry("store", Set.of("", "internal", "protocol")),
            Map.entry("cache", Set.of("", "internal", "protocol", "document", "store")),
            Map.entry("hosted", Set.of("", "protocol", "document", "store")),
            Map.entry("policy", Set.of("", "internal", "protocol", "document", "store")),
            Map.entry("route", Set.of("", "protocol", "document")),
            Map.entry("servlet", Set.of("", "protocol", "transport")),
            Map.entry("httpclient5", Set.of("", "internal", "protocol", "transport")),
            Map.entry("micrometer", Set.of("", "protocol", "cache", "metrics")),
            Map.entry("aws", Set.of("", "protocol", "document", "transport", "auth")),
            Map.entry("azure", Set.of("", "protocol", "document", "transport", "auth")),
            Map.entry("google", Set.of("", "protocol", "document", "transport", "auth")),
            Map.entry("login", Set.of("", "protocol", "document", "transport", "policy")),
            Map.entry("patterns", Set.of("policy")),
            Map.entry("testing", Set.of("", "protocol", "document", "transport")),
            Map.entry(
                    "facade",
                    Set.of(
                            "",
                            "internal",
                            "protocol",
                            "document",
                            "transport",
                            "auth",
                            "store",
                            "cache",
                            "upstream",
                            "metrics",
                            "middleware",
                            "policy",
                            "route",
                            "hosted",
                            "servlet",
                            "httpclient5",
                            "login")),
            Map.entry(
                    "server",
                    Set.of(
                            "",
                            "internal",
                            "protocol",
                            "document",
                            "store",
                            "hosted",
                            "cache",
                            "metrics",
                            "micrometer",
                            "servlet",
                            "facade")));

    private static final Set<String> OUTSIDE_CORE = Set.of(
            "servlet",
            "testing",
            "httpclient5",
            "micrometer",
            "patterns",
            "aws",
            "azure",
            "google",
            "login",
            "facade",
            "server");

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT)
            .that(describe("are no examples", type -> !part(type).startsWith("example")));

    private static final DescribedPredicate<JavaClass> CORE =
            describe("are in core", type -> !OUTSIDE_CORE.contains(part(type)));

    /** The first segment below the root package, or "" in it. */
    private static String part(JavaClass type) {
        String name = type.getPackageName();
        if (!name.startsWith(ROOT + ".")) {
            return "";
        }
        String below = name.substring(ROOT.length() + 1);
        int dot = below.indexOf('.');
        return dot < 0 ? below : below.substring(0, dot);
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
    }

    private interface Finding {
        List<String> in(JavaClass type);
    }

    private static ArchCondition<JavaClass> condition(String description, Finding finding) {
        return new ArchCondition<>(description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                finding.in(type).forEach(text -> events.add(SimpleConditionEvent.violated(type, text)));
            }
        };
    }

    @Test
    void the_classes_are_found() {
        Set<String> parts = new HashSet<>();
        ALL.forEach(type -> parts.add(part(type)));
        assertTrue(parts.containsAll(Set.of("", "protocol", "document", "transport", "testing")), parts::toString);
    }

    @Test
    void packages_use_only_what_they_may() {
        classes()
                .should(condition("use only what their package may use", type -> {
                    Set<String> allowed = EDGES.get(part(type));
                    if (allowed == null) {
                        return List.of(type.getPackageName() + " has no edges yet: decide on them in ArchitectureTest");
                    }
                    return type.getDirectDependenciesFromSelf().stream()
                            .filter(dependency -> isOurs(target(dependency)))
                            .filter(dependency -> !part(target(dependency)).equals(part(type)))
                            .filter(dependency -> !allowed.contains(part(target(dependency))))
                            .map(Dependency::getDescription)
                            .toList();
                }))
                .check(ALL);
    }

    /** What the facade's inner packages may use of each other; the facade itself uses all of them, and none of them it. */
    private static final Map<String, Set<String>> INNER_EDGES = Map.of(
            "facade.document", Set.of(),
            "facade.schema", Set.of("facade.document"),
            "facade.model", Set.of(),
            "facade.place", Set.of("facade.model"),
            "facade.chain", Set.of("facade.model", "facade.place"));

    @Test
    void the_facade_s_packages_lead_one_way() {
        classes()
                .that(describe("are inside the facade", type -> INNER_EDGES.containsKey(below(type))))
                .should(condition(
                        "use only what their package may use",
                        type -> type.getDirectDependenciesFromSelf().stream()
                                .filter(dependency -> below(target(dependency)).startsWith("facade"))
                                .filter(dependency -> !below(target(dependency)).equals(below(type)))
                                .filter(dependency -> !INNER_EDGES
                                        .getOrDefault(below(type), Set.of())
                                        .contains(below(target(dependency))))
                                .map(Dependency::getDescription)
                                .toList()))
                .check(ALL);
    }

    /** The package, without the root's name. */
    private static String below(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(ROOT + ".") ? name.substring(ROOT.length() + 1) : "";
    }

    private static JavaClass target(Dependency dependency) {
        return dependency.getTargetClass().getBaseComponentType();
    }

    @Test
    void packages_have_no_cycles() {
        slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        return isOurs(type) ? SliceIdentifier.of(type.getPackageName()) : SliceIdentifier.ignore();
                    }

                    @Override
                    public String getDescription() {
                        return "packages";
                    }
                })
                .should()
                .beFreeOfCycles()
                .check(ALL);
    }

    @Test
    void nothing_reads_all_bytes() {
        noClasses()
                .should()
                .callMethodWhere(describe(
                        "reads all bytes, whatever their number",
                        call -> call.getName().equals("readAllBytes")))
                .because("every buffered document has a cap: Body.readAll(limit)")
                .check(ALL);
    }

    @Test
    void content_is_decided_by_exact_statuses() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".upstream", ROOT + ".cache")
                .should()
                .callMethodWhere(describe(
                        "takes any 2xx for success", call -> call.getName().equals("isSuccess")))
                .because("a status that nobody listed says nothing about the content")
                .check(ALL);
    }

    @Test
    void threads_are_made_by_tasks_alone() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".internal")
                .should()
                .callConstructorWhere(
                        describe("makes a thread", call -> call.getTargetOwner().isEquivalentTo(Thread.class)))
                .because("what a task throws has to be told to those who wait: Tasks does that")
                .check(ALL);
    }

    /** Who may say of a body that it is verified without hashing it now: those that hash when they store, and check when they read. */
    private static final Set<String> VOUCHERS = Set.of(
            "io.github.registryproxy.cache.Answer",
            "io.github.registryproxy.cache.BlobPulls",
            "io.github.registryproxy.hosted.Pulls");

    @Test
    void stores_alone_vouch_for_content() {
        noClasses()
                .that(describe(
                        "do not read what was hashed when it was stored",
                        type -> !VOUCHERS.contains(type.getName().replaceAll("\\$.*", ""))))
                .should()
                .callMethodWhere(describe(
                        "vouches for content",
                        call -> call.getName().equals("vouched")
                                && call.getTargetOwner().getName().endsWith(".VerifiedContent")))
                .check(ALL);
    }

    @Test
    void jackson_is_an_affair_of_the_documents() {
        noClasses()
                .that(CORE.or(describe(
                        "are the servlet",
                        type -> Set.of("servlet", "aws", "azure", "google").contains(part(type)))))
                .and()
                .resideOutsideOfPackage(ROOT + ".document")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml..")
                .check(ALL);
    }

    @Test
    void core_s_public_signatures_have_no_foreign_types() {
        classes()
                .that(CORE)
                .should(condition("have only types of the JDK and of core in signatures", type -> {
                    List<String> foreign = new ArrayList<>();
                    if (isVisible(type)) {
                        type.getRawInterfaces().forEach(parent -> addForeign(type.getName(), parent, foreign));
                        type.getRawSuperclass().ifPresent(parent -> addForeign(type.getName(), parent, foreign));
                        type.getMembers().stream()
                                .filter(member -> isVisible(member.getModifiers()))
                                .forEach(member -> signature(member)
                                        .forEach(used -> addForeign(member.getFullName(), used, foreign)));
                    }
                    return foreign;
                }))
                .check(ALL);
    }

    private static Stream<JavaClass> signature(JavaMember member) {
        if (member instanceof JavaField field) {
            return field.getAllInvolvedRawTypes().stream();
        }
        JavaCodeUnit unit = (JavaCodeUnit) member;
        return Stream.concat(unit.getAllInvolvedRawTypes().stream(), unit.getExceptionTypes().stream());
    }

    private static void addForeign(String where, JavaClass used, List<String> foreign) {
        JavaClass base = used.getBaseComponentType();
        boolean known = base.isPrimitive()
                || base.getName().startsWith("java.")
                || base.getName().startsWith("javax.net.ssl.")
                || isOurs(base);
        if (!known) {
            foreign.add(where + " shows " + base.getName());
        }
    }

    private static boolean isVisible(JavaClass type) {
        return isVisible(type.getModifiers())
                && type.getEnclosingClass().map(ArchitectureTest::isVisible).orElse(true);
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    @Test
    void libraries_log_by_system_logger_and_print_nothing() {
        DescribedPredicate<JavaClass> library =
                describe("are libraries", type -> !part(type).equals("server"));
        noClasses()
                .that(library)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.util.logging..",
                        "org.slf4j..",
                        "org.apache.logging..",
                        "org.apache.commons..",
                        "ch.qos..")
                .check(ALL);
        noClasses()
                .that(library)
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
                .check(ALL);
    }

    @Test
    void every_package_is_null_marked() {
        classes()
                .should(condition(
                        "be in a @NullMarked package",
                        type -> type.getPackage().isAnnotatedWith("org.jspecify.annotations.NullMarked")
                                ? List.of()
                                : List.of(type.getPackageName() + " is not @NullMarked")))
                .check(ALL.that(describe("have a package of ours", ArchitectureTest::isOurs)));
    }

    /** In the sources, since class files do not tell what a string is split at. */
    @Test
    void paths_are_split_by_the_target_parser_alone() throws IOException {
        Pattern split = Pattern.compile(
                "split\\(\\s*\"/|Splitter\\s*\\.on\\(\\s*['\"]/|Pattern\\.compile\\(\\s*\"/|StringTokenizer");
        assertTrue(split.matcher("path.split(\"/\", -1)").find());
        List<String> found = new ArrayList<>();
        int files = 0;
        for (String module : List.of(
                "registry-proxy-core",
                "registry-proxy-servlet",
                "registry-proxy-httpclient5",
                "registry-proxy-micrometer",
                "registry-proxy-patterns",
                "registry-proxy-aws",
                "registry-proxy-azure",
                "registry-proxy-google",
                "registry-proxy-login",
                "registry-proxy-facade",
                "registry-proxy-server")) {
            Path sources = Path.of("..", module, "src", "main", "java");
            if (!Files.isDirectory(sources)) {
                continue;
            }
            try (Stream<Path> walk = Files.walk(sources)) {
                for (Path file :
                        walk.filter(path -> path.toString().endsWith(".java")).toList()) {
                    files++;
                    boolean parser = file.getFileName().toString().equals("TargetParser.java");
                    if (!parser && split.matcher(Files.readString(file)).find()) {
                        found.add(file.toString());
                    }
                }
            }
        }
        assertFalse(files == 0, "no sources found");
        assertEquals(List.of(), found);
    }
}

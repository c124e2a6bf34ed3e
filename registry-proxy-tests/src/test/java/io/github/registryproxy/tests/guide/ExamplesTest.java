package io.github.registryproxy.tests.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Examples have no parent, so that a copy of one is a project; their versions are this build's all the same. */
class ExamplesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    static List<Path> copied() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("registry-proxy-examples"))) {
            return files.map(directory -> directory.resolve("pom.xml"))
                    .filter(Files::exists)
                    .filter(pom -> !pom.endsWith("war/pom.xml"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void there_are_examples() throws IOException {
        assertTrue(copied().size() >= 3, copied()::toString);
    }

    @ParameterizedTest
    @MethodSource("copied")
    void an_example_needs_nothing_around_it(Path pom) throws Exception {
        assertEquals(0, elements(pom, "/project/parent").getLength());
        assertEquals("${project.artifactId}", text(pom, "/project/build/finalName"));
        assertEquals(pom.getParent().getFileName().toString(), text(pom, "/project/artifactId"));
    }

    @ParameterizedTest
    @MethodSource("copied")
    void an_example_has_the_versions_of_this_build(Path pom) throws Exception {
        Map<String, String> ours = versions(ROOT.resolve("pom.xml"));
        ours.put("registry-proxy.version", text(ROOT.resolve("pom.xml"), "/project/version"));
        Map<String, String> theirs = versions(pom);
        theirs.keySet().retainAll(ours.keySet());

        assertEquals(ours.get("registry-proxy.version"), text(pom, "/project/version"));
        assertTrue(theirs.containsKey("registry-proxy.version") && theirs.containsKey("maven-compiler-plugin"));
        theirs.forEach((what, version) -> assertEquals(ours.get(what), version, what));
    }

    /** Of properties by their names, and of plugins. */
    private static Map<String, String> versions(Path pom) throws Exception {
        Map<String, String> versions = new TreeMap<>();
        NodeList properties = elements(pom, "/project/properties/*");
        for (int i = 0; i < properties.getLength(); i++) {
            Element property = (Element) properties.item(i);
            if (!property.getTagName().endsWith(".skip")) {
                versions.put(property.getTagName(), property.getTextContent());
            }
        }
        NodeList plugins = elements(pom, "/project/build//plugin[version]");
        for (int i = 0; i < plugins.getLength(); i++) {
            Element plugin = (Element) plugins.item(i);
            versions.put(child(plugin, "artifactId"), child(plugin, "version"));
        }
        return versions;
    }

    private static String child(Element parent, String name) {
        return parent.getElementsByTagName(name).item(0).getTextContent();
    }

    private static String text(Path pom, String path) throws Exception {
        return elements(pom, path).item(0).getTextContent();
    }

    private static NodeList elements(Path pom, String path) throws Exception {
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
        return (NodeList) XPathFactory.newInstance().newXPath().evaluate(path, document, XPathConstants.NODESET);
    }
}

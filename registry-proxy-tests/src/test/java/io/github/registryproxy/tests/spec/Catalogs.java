package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code /v2/_catalog} of the distribution project. Other tests' repositories are in it too. */
@Section("Beyond the specification: the catalog")
interface Catalogs extends UnderTest {
    @Test
    default void the_catalog_lists_every_repository_once() throws Exception {
        List<String> mine = repositories();
        List<String> listed = Pages.all(repository(), client().uri("/v2/_catalog"), "repositories");
        assertTrue(listed.containsAll(mine), listed::toString);
        assertEquals(listed.size(), new HashSet<>(listed).size());
    }

    @Test
    default void the_catalog_comes_in_linked_pages() throws Exception {
        List<String> mine = repositories();
        List<Answer> pages = Pages.from(repository(), client().uri("/v2/_catalog?n=2"));
        List<String> listed = new ArrayList<>();
        for (Answer page : pages) {
            assertTrue(page.strings("repositories").size() <= 2, page::toString);
            listed.addAll(page.strings("repositories"));
        }
        assertTrue(listed.containsAll(mine), listed::toString);
        assertEquals(listed.size(), new HashSet<>(listed).size());
    }

    @Test
    default void the_catalog_goes_on_after_the_last_one() throws Exception {
        List<String> mine = repositories();
        List<String> all = Pages.all(repository(), client().uri("/v2/_catalog"), "repositories");
        String last = mine.get(1);
        List<String> after = Pages.all(repository(), client().uri("/v2/_catalog?n=1000&last=" + last), "repositories");
        assertEquals(all.subList(all.indexOf(last) + 1, all.size()), after);
    }

    @Test
    default void a_repository_that_was_only_asked_for_is_not_in_the_catalog() throws Exception {
        Repository asked = repository();
        asked.get("tags/list").is(404);
        asked.get("referrers/" + Content.random(10).digest());
        asked.head("manifests/1").is(404);
        asked.putManifest("1", Content.of(Manifests.IMAGE, "{")).isRefused();
        List<String> listed = Pages.all(repository(), client().uri("/v2/_catalog"), "repositories");
        assertTrue(!listed.contains(asked.name()), listed::toString);
    }

    private List<String> repositories() throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Repository repository = repository();
            repository.tagged("1");
            names.add(repository.name());
        }
        return names;
    }
}

package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** end-8. */
@Section("Listing Tags")
interface ListingTags extends UnderTest {
    /** In no order. */
    List<String> TAGS = List.of("b", "v1.10", "B", "a", "v1.9", "_", "0", "C", "a-b", "a.b", "A");

    @Test
    default void the_tags_of_a_repository_are_200_with_its_name_and_all_of_them() throws Exception {
        Repository repository = repositoryWithTags();
        Answer answer = repository.get("tags/list").is(200);
        assertEquals(repository.name(), answer.json().path("name").asText());
        assertTrue(answer.has("Content-Type").startsWith("application/json"), answer::toString);
        assertEquals(new HashSet<>(TAGS), new HashSet<>(answer.strings("tags")));
        assertEquals(TAGS.size(), answer.strings("tags").size());
    }

    /** Many registries have the order of ASCII, which the text after 1.1.1 allows as well. */
    @Test
    default void tags_come_in_lexical_order() throws Exception {
        List<String> tags = repositoryWithTags().tags();
        List<String> lexical = new ArrayList<>(tags);
        lexical.sort(String.CASE_INSENSITIVE_ORDER);
        assertEquals(lexical, tags);
    }

    @Test
    default void a_repository_without_tags_is_200_with_an_empty_list() throws Exception {
        Repository repository = repository();
        repository.pushed(repository.image());
        Answer answer = repository.get("tags/list").is(200);
        assertEquals(List.of(), answer.strings("tags"));
    }

    @Test
    default void n_tags_are_the_first_n() throws Exception {
        Repository repository = repositoryWithTags();
        List<String> tags = repository.tags();
        for (int n : new int[] {1, 3, TAGS.size() - 1}) {
            assertEquals(
                    tags.subList(0, n),
                    repository.get("tags/list?n=" + n).is(200).strings("tags"));
        }
    }

    @Test
    default void more_than_there_are_is_all_without_a_link() throws Exception {
        Repository repository = repositoryWithTags();
        for (String n : List.of(Integer.toString(TAGS.size()), "1000", "99999999999999999999")) {
            Answer answer = repository.get("tags/list?n=" + n).is(200);
            assertEquals(repository.tags(), answer.strings("tags"));
            assertEquals(Optional.empty(), answer.header("Link"));
        }
    }

    @Test
    default void no_tags_at_all_is_an_empty_list_without_a_link() throws Exception {
        Answer answer = repositoryWithTags().get("tags/list?n=0").is(200);
        assertEquals(List.of(), answer.strings("tags"));
        assertEquals(Optional.empty(), answer.header("Link"));
    }

    @Test
    default void links_lead_through_all_tags_once_and_in_order() throws Exception {
        Repository repository = repositoryWithTags();
        for (int n : new int[] {1, 4, TAGS.size() - 1}) {
            URI first = repository.uri("tags/list?n=" + n);
            List<Answer> pages = Pages.from(repository, first);
            assertEquals(repository.tags(), Pages.all(repository, first, "tags"));
            for (Answer page : pages.subList(0, pages.size() - 1)) {
                assertTrue(page.strings("tags").size() <= n, page::toString);
            }
            assertTrue(pages.size() > 1, "there is a next page");
        }
    }

    @Test
    default void tags_go_on_after_the_last_one() throws Exception {
        Repository repository = repositoryWithTags();
        List<String> tags = repository.tags();
        for (int i = 0; i < tags.size(); i++) {
            String last = "last=" + tags.get(i);
            List<String> after = tags.subList(i + 1, tags.size());
            assertEquals(after, repository.get("tags/list?" + last).is(200).strings("tags"));
            assertEquals(
                    after.subList(0, Math.min(2, after.size())),
                    repository.get("tags/list?n=2&" + last).is(200).strings("tags"));
        }
    }

    @Test
    default void the_last_one_need_not_exist() throws Exception {
        Repository repository = repository();
        Content image = repository.image();
        for (String tag : List.of("a", "c", "e")) {
            repository.putManifest(tag, image).is(201);
        }
        assertEquals(
                List.of("c", "e"), repository.get("tags/list?last=b").is(200).strings("tags"));
        assertEquals(List.of(), repository.get("tags/list?last=f").is(200).strings("tags"));
    }

    @Test
    default void a_number_that_is_none_is_refused() throws Exception {
        Repository repository = repositoryWithTags();
        for (String n : List.of("-1", "x", "1.5", "")) {
            repository.get("tags/list?n=" + n).is(400);
        }
    }

    private Repository repositoryWithTags() throws Exception {
        Repository repository = repository();
        Content image = repository.image();
        for (String tag : TAGS) {
            repository.putManifest(tag, image).is(201);
        }
        return repository;
    }
}

package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lists that come in pages. */
final class Pages {
    private static final int MOST = 10_000;

    private Pages() {}

    /** The pages from that one on, by the links from each to the next. */
    static List<Answer> from(Repository repository, URI first) throws IOException {
        List<Answer> pages = new ArrayList<>();
        for (Optional<URI> next = Optional.of(first);
                next.isPresent();
                next = pages.get(pages.size() - 1).next()) {
            assertTrue(pages.size() < MOST, "pages without end");
            pages.add(repository.get(next.get()).is(200));
        }
        return pages;
    }

    /** The strings of a list on all pages. */
    static List<String> all(Repository repository, URI first, String field) throws IOException {
        List<String> all = new ArrayList<>();
        for (Answer page : from(repository, first)) {
            all.addAll(page.strings(field));
        }
        return all;
    }
}

package io.github.registryproxy.testing;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.CatalogPage;
import io.github.registryproxy.document.TagList;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Page;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Target;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/** Answers tag lists and the catalog, in pages. */
final class FakeLists {
    private final FakeContent content;
    private final Set<Quirk> quirks;

    FakeLists(FakeContent content, Set<Quirk> quirks) {
        this.content = content;
        this.quirks = quirks;
    }

    RegistryResponse tags(Operation.ListTags list) {
        List<String> all = List.copyOf(content.get(list.repository()).tags.keySet());
        return page(
                all,
                list.page(),
                tags -> new TagList(list.repository().value(), tags).toJson(),
                page -> new Operation.ListTags(list.repository(), page));
    }

    RegistryResponse catalog(Operation.Catalog catalog) {
        List<String> all = content.repositories.keySet().stream()
                .map(RepositoryName::value)
                .toList();
        return page(all, catalog.page(), names -> new CatalogPage(names).toJson(), Operation.Catalog::new);
    }

    private RegistryResponse page(
            List<String> all, Page asked, Function<List<String>, byte[]> document, Function<Page, Operation> next) {
        String last = asked.last().orElse("");
        List<String> left =
                all.stream().filter(entry -> entry.compareTo(last) > 0).toList();
        OptionalInt n = quirks.contains(Quirk.IGNORES_N) ? OptionalInt.empty() : asked.n();
        List<String> shown = left.subList(0, Math.min(left.size(), n.orElse(left.size())));
        Headers headers = Headers.of(HeaderNames.CONTENT_TYPE, MediaType.JSON.value());
        if (shown.size() < left.size() && !shown.isEmpty() && !quirks.contains(Quirk.NO_LINK)) {
            Page following = new Page(n, Optional.of(shown.get(shown.size() - 1)));
            headers = headers.and(
                    HeaderNames.LINK, "<" + Target.of(next.apply(following)).render() + ">; rel=\"next\"");
        }
        return RegistryResponse.of(200, headers, Body.of(document.apply(shown)));
    }
}

package io.github.registryproxy.middleware;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.CatalogPage;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Page;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The catalog of the names that clients see. The upstream's is longer: pages without a name of ours are passed over, the walk
 * starts at the mapping's root and ends behind it, and a page's Link names a repository of ours or there is none.
 */
final class RenamedCatalog {
    private static final int MOST_PAGES = 64;
    private static final int LARGEST_PAGE = 4 * 1024 * 1024;

    private final RepositoryMapping mapping;
    private final RenamedResponse responses;

    RenamedCatalog(RepositoryMapping mapping, RenamedResponse responses) {
        this.mapping = mapping;
        this.responses = responses;
    }

    RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        Page asked = ((Operation.Catalog) request.operation()).page();
        Optional<String> last = asked.last()
                .map(RepositoryName::new)
                .flatMap(mapping::toUpstream)
                .or(mapping::root)
                .map(RepositoryName::value);
        for (int pages = 0; pages < MOST_PAGES; pages++) {
            Operation.Catalog page = new Operation.Catalog(new Page(asked.n(), last));
            RegistryResponse response = next.handle(request.with(page));
            if (response.status() != 200 || request.isHead()) {
                return responses.toClient(request, response);
            }
            List<String> names = names(response);
            boolean more = response.headers().contains(HeaderNames.LINK) && !names.isEmpty();
            List<RepositoryName> visible = visible(names);
            if (!more || !visible.isEmpty() || isPast(names)) {
                boolean link = more && !isPast(names) && !visible.isEmpty();
                return page(request, response, visible, link ? Optional.of(asked) : Optional.empty());
            }
            last = Optional.of(names.get(names.size() - 1));
        }
        return page(request, RegistryResponse.of(200), List.of(), Optional.empty());
    }

    private static List<String> names(RegistryResponse response) throws IOException {
        try (response) {
            return CatalogPage.parse(response.body().readAll(LARGEST_PAGE))
                    .orElseThrow(() -> new IOException("the upstream's catalog is none"))
                    .repositories();
        }
    }

    private List<RepositoryName> visible(List<String> names) {
        List<RepositoryName> visible = new ArrayList<>();
        for (String name : names) {
            try {
                mapping.toClient(new RepositoryName(name)).ifPresent(visible::add);
            } catch (RegistryException e) {
                // A name outside the grammar cannot be pulled, so it is not listed.
                continue;
            }
        }
        return visible;
    }

    /** Whether a sorted catalog has nothing of ours after these: {@code 0} follows {@code /}. */
    private boolean isPast(List<String> names) {
        return mapping.root()
                .map(root -> names.get(names.size() - 1).compareTo(root + "0") >= 0)
                .orElse(false);
    }

    /** A page; with a Link to what follows it where a page was followed by more. */
    private static RegistryResponse page(
            RegistryRequest request, RegistryResponse response, List<RepositoryName> visible, Optional<Page> followed) {
        CatalogPage page =
                new CatalogPage(visible.stream().map(RepositoryName::value).toList());
        RegistryResponse renamed = response.replaceBody(Body.of(page.toJson()))
                .mapHeaders(headers ->
                        headers.without(HeaderNames.LINK).with(HeaderNames.CONTENT_TYPE, "application/json"));
        if (followed.isEmpty()) {
            return renamed;
        }
        String last = visible.get(visible.size() - 1).value();
        Operation next = new Operation.Catalog(followed.get().withLast(Optional.of(last)));
        String target = request.target().with(next).render();
        return renamed.mapHeaders(headers -> headers.and(HeaderNames.LINK, "<" + target + ">; rel=\"next\""));
    }
}

package io.github.registryproxy.policy;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.CatalogPage;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.Catalog;
import io.github.registryproxy.protocol.Page;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Catalog of the repositories that a client may see. Internal: public for other packages of this project. */
public final class FilteredCatalog extends FilteredList {
    /**
     * The page of the catalog that is asked for, of the repositories that the predicate accepts.
     *
     * @param request whose operation is a catalog
     */
    public static RegistryResponse of(RegistryRequest request, RegistryHandler next, Predicate<RepositoryName> visible)
            throws IOException {
        return new FilteredCatalog().answer(request, next, text -> isVisible(text, visible));
    }

    /** A name outside the grammar cannot be pulled, so it is not listed. */
    private static boolean isVisible(String text, Predicate<RepositoryName> visible) {
        try {
            return visible.test(new RepositoryName(text));
        } catch (RegistryException e) {
            return false;
        }
    }

    @Override
    Page page(Operation operation) {
        return ((Catalog) operation).page();
    }

    @Override
    Operation with(Operation operation, Page page) {
        return new Catalog(page);
    }

    @Override
    Optional<List<String>> names(byte[] document) {
        return CatalogPage.parse(document).map(CatalogPage::repositories);
    }

    @Override
    byte[] document(Operation operation, List<String> names) {
        return new CatalogPage(names).toJson();
    }
}

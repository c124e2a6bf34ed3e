package io.github.registryproxy.policy;

import io.github.registryproxy.document.CatalogPage;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.Catalog;
import io.github.registryproxy.protocol.Page;
import java.util.List;
import java.util.Optional;

/** The repositories of a registry, in part. */
final class FilteredCatalog extends FilteredList {
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

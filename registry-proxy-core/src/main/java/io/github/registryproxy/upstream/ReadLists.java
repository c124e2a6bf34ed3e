package io.github.registryproxy.upstream;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.CatalogPage;
import io.github.registryproxy.document.Manifest;
import io.github.registryproxy.document.ManifestRefusedException;
import io.github.registryproxy.document.ReferrersList;
import io.github.registryproxy.document.TagList;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import java.io.IOException;
import java.util.Optional;

/**
 * Lets tag lists, catalogs, referrers and the version check pass when they are what they should be: a login page with status
 * 200 is no list. Tag lists and catalogs are written anew, so that nothing else a registry adds passes.
 */
final class ReadLists implements Middleware {
    private final int largest;

    /** With the cap of a page in bytes. */
    ReadLists(int largest) {
        this.largest = largest;
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        Operation operation = request.operation();
        boolean list = operation instanceof Operation.ListTags
                || operation instanceof Operation.Catalog
                || operation instanceof Operation.ListReferrers
                || operation instanceof Operation.Ping;
        RegistryResponse response = next.handle(request);
        if (!list || response.status() != 200 || request.isHead()) {
            return response;
        }
        try (response) {
            ContentCoding.refuse(response.headers());
            Optional<byte[]> content = checked(operation, response, Documents.read(response, largest, "list page"));
            String type =
                    operation instanceof Operation.ListReferrers ? MediaType.OCI_INDEX.value() : MediaType.JSON.value();
            return response.replaceBody(Body.of(content.orElseThrow(() -> new IOException("the answer to " + request
                            + " is no " + operation.getClass().getSimpleName()))))
                    .mapHeaders(headers -> headers.with(HeaderNames.CONTENT_TYPE, type));
        }
    }

    private static Optional<byte[]> checked(Operation operation, RegistryResponse response, byte[] content) {
        if (operation instanceof Operation.ListTags) {
            return TagList.parse(content).map(TagList::toJson);
        }
        if (operation instanceof Operation.Catalog) {
            return CatalogPage.parse(content).map(CatalogPage::toJson);
        }
        if (operation instanceof Operation.ListReferrers) {
            return isIndex(content) ? Optional.of(content) : Optional.empty();
        }
        String type = response.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        return type.startsWith("text/html") ? Optional.empty() : Optional.of(new byte[] {'{', '}'});
    }

    /** A list of referrers has no digest of its own, and passes as it came where its descriptors are odd or too many. */
    private static boolean isIndex(byte[] content) {
        try {
            return Manifest.read(content).kind() == Manifest.Kind.INDEX;
        } catch (ManifestRefusedException e) {
            return switch (e.reason()) {
                case UNCLEAR, TOO_LARGE -> ReferrersList.parse(content).isPresent();
                case NOT_JSON, AMBIGUOUS -> false;
            };
        }
    }
}

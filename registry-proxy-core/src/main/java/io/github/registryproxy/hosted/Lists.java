package io.github.registryproxy.hosted;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.CatalogPage;
import io.github.registryproxy.document.ReferrersIndex;
import io.github.registryproxy.document.TagList;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation.Catalog;
import io.github.registryproxy.protocol.Operation.ListReferrers;
import io.github.registryproxy.protocol.Operation.ListTags;
import io.github.registryproxy.protocol.Page;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Answers end-8 ("Listing Tags"), end-12a and end-12b ("Listing Referrers"), and the distribution project's catalog. */
final class Lists {
    /** A page has no more, however many are asked for. */
    static final int LARGEST_PAGE = 10_000;

    private static final String FILTERS = "OCI-Filters-Applied";
    private static final String LAST = "last";

    private final HostedStore store;

    Lists(HostedStore store) {
        this.store = store;
    }

    /** A part of a list, and what follows it. */
    private record Part<T>(List<T> entries, Optional<T> next) {
        static <T> Part<T> of(Stream<T> rest, Page page) {
            int most = Math.min(page.n().orElse(LARGEST_PAGE), LARGEST_PAGE);
            List<T> entries = rest.limit(most + 1L).toList();
            boolean more = entries.size() > most && most > 0;
            List<T> shown = entries.size() > most ? entries.subList(0, most) : entries;
            return new Part<>(shown, more ? Optional.of(shown.get(most - 1)) : Optional.empty());
        }

        List<String> texts(Function<T, String> text) {
            return entries.stream().map(text).toList();
        }
    }

    RegistryResponse tags(RegistryRequest request, ListTags list) {
        Repository repository = store.repository(list.repository()).orElseThrow(HostedRegistry::unknownName);
        Stream<Tag> rest = list.page()
                .last()
                .map(last ->
                        repository.tags().keySet().stream().filter(tag -> Tag.LEXICAL.compare(tag.value(), last) > 0))
                .orElseGet(() -> repository.tags().keySet().stream());
        Part<Tag> part = Part.of(rest, list.page());
        byte[] json = new TagList(list.repository().value(), part.texts(Tag::value)).toJson();
        Optional<Target> next = part.next()
                .map(tag -> request.target()
                        .with(new ListTags(list.repository(), list.page().withLast(Optional.of(tag.value())))));
        return page(request, MediaType.JSON, json, next);
    }

    RegistryResponse catalog(RegistryRequest request, Catalog catalog) {
        Part<RepositoryName> part = Part.of(store.names(catalog.page().last().flatMap(Lists::name)), catalog.page());
        byte[] json = new CatalogPage(part.texts(RepositoryName::value)).toJson();
        Optional<Target> next = part.next()
                .map(name -> request.target().with(new Catalog(catalog.page().withLast(Optional.of(name.value())))));
        return page(request, MediaType.JSON, json, next);
    }

    private static Optional<RepositoryName> name(String last) {
        try {
            return Optional.of(new RepositoryName(last));
        } catch (RegistryException e) {
            return Optional.empty(); // after nothing
        }
    }

    /** By digest, from the one after {@code last} on, as many as fit into a manifest. */
    RegistryResponse referrers(RegistryRequest request, ListReferrers list) throws IOException {
        Optional<Repository> repository = store.repository(list.repository());
        String last = request.target().rest().first(LAST).orElse("");
        List<Digest> found = repository.stream()
                .flatMap(of -> of.referrers(list.digest()).stream())
                .filter(digest -> digest.toString().compareTo(last) > 0)
                .sorted(Comparator.comparing(Digest::toString))
                .toList();
        ReferrersIndex index = new ReferrersIndex();
        Optional<Digest> shown = Optional.empty();
        boolean more = false;
        for (Digest digest : found) {
            Added added = add(index, repository.orElseThrow(), digest, list.artifactType());
            if (added == Added.FULL) {
                more = true;
                break;
            }
            shown = added == Added.YES ? Optional.of(digest) : shown;
        }
        Optional<Target> next = more ? shown.map(digest -> after(request.target(), digest)) : Optional.empty();
        RegistryResponse response = page(request, MediaType.OCI_INDEX, index.toJson(), next);
        return list.artifactType().isPresent()
                ? response.mapHeaders(headers -> headers.and(FILTERS, "artifactType"))
                : response;
    }

    private enum Added {
        YES,
        NO,
        FULL
    }

    private Added add(ReferrersIndex index, Repository repository, Digest digest, Optional<String> artifactType)
            throws IOException {
        StoredManifest manifest = repository.manifests().get(digest);
        if (manifest == null || (artifactType.isPresent() && !artifactType.equals(manifest.artifactType()))) {
            return Added.NO;
        }
        Optional<byte[]> document = store.document(digest);
        if (document.isEmpty()) {
            return Added.NO;
        }
        return index.add(manifest.type(), digest, manifest.artifactType(), document.get()) ? Added.YES : Added.FULL;
    }

    private static Target after(Target target, Digest digest) {
        return new Target(
                target.operation(), target.rest().without(LAST::equals).and(LAST, digest.toString()));
    }

    private static RegistryResponse page(RegistryRequest request, MediaType type, byte[] json, Optional<Target> next) {
        RegistryResponse response = HostedRegistry.document(request, type, json);
        return next.isPresent()
                ? response.mapHeaders(headers ->
                        headers.and(HeaderNames.LINK, "<" + next.get().render() + ">; rel=\"next\""))
                : response;
    }
}

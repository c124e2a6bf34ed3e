package io.github.registryproxy.policy;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Link;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Page;
import io.github.registryproxy.protocol.Query;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * A list of names with those left out that a client must not see: in the order of the registry, never an empty page with more
 * behind it, and no hidden name in a Link.
 */
abstract class FilteredList {
    /** In bytes. */
    private static final int LARGEST_PAGE = 4 * 1024 * 1024;

    /** What is asked for at once where the client's pages hold nothing it may see. */
    private static final int WIDE = 1000;

    private static final int MOST_PAGES = 64;

    abstract Page page(Operation operation);

    abstract Operation with(Operation operation, Page page);

    /** The names in a document; empty where the bytes are none. */
    abstract Optional<List<String>> names(byte[] document);

    abstract byte[] document(Operation operation, List<String> names);

    /** One page of the registry's: what it holds, and where the list goes on. */
    record Received(Headers headers, List<String> names, Optional<Target> next) {}

    /** The page that is asked for, of the names that the predicate accepts: as long as was asked, where there are so many. */
    RegistryResponse answer(RegistryRequest request, RegistryHandler next, Predicate<String> visible)
            throws IOException {
        int most = page(request.operation()).n().orElse(Integer.MAX_VALUE);
        // The length that a HEAD is told, and what has not changed, would tell of what is hidden.
        RegistryRequest asked = request.withMethod("GET")
                .withHeaders(headers -> headers.without(HeaderNames.IF_NONE_MATCH, "If-Modified-Since"));
        List<String> shown = new ArrayList<>();
        for (int pages = 1; ; pages++) {
            RegistryResponse response = next.handle(asked);
            if (response.status() != 200) {
                return request.isHead() ? response.replaceBody(Body.empty()) : response;
            }
            Received received = received(asked, response);
            received.names.stream().filter(visible).forEach(shown::add);
            if (received.next.isEmpty() || shown.size() >= most || isEnough(request, received.next.get(), shown)) {
                return page(request, received, shown, pages > 1, visible);
            }
            if (pages == MOST_PAGES) {
                if (!shown.isEmpty()) {
                    return page(request, received, shown, true, visible);
                }
                throw ErrorCode.UNAVAILABLE
                        .because("this list is too long to be shown in part")
                        .withStatus(503)
                        .asException();
            }
            asked = asked.with(widened(received.next.get()));
        }
    }

    /** Whether a page may be shorter than was asked: where no length was, or where only the registry can say what follows. */
    private boolean isEnough(RegistryRequest request, Target next, List<String> shown) {
        boolean any = page(request.operation()).n().isEmpty()
                || page(next.operation()).last().isEmpty();
        return any && !shown.isEmpty();
    }

    /** Reads a response and closes it. */
    Received received(RegistryRequest asked, RegistryResponse response) throws IOException {
        try (response) {
            List<String> all = names(response.body().readAll(LARGEST_PAGE))
                    .orElseThrow(() -> new IOException("the upstream's list is none"));
            List<Link> links = response.headers().all(HeaderNames.LINK).stream()
                    .flatMap(field -> Link.parse(field).stream())
                    .filter(Link::isNext)
                    .toList();
            boolean more = !links.isEmpty() && !all.isEmpty();
            return new Received(response.headers(), all, more ? following(asked, links, all) : Optional.empty());
        }
    }

    /** Where the registry says that the list goes on; where it says nothing usable, behind the last name. */
    private Optional<Target> following(RegistryRequest asked, List<Link> links, List<String> all) {
        return links.stream()
                .map(link -> Target.parse("GET", link.target()))
                .filter(target ->
                        target.operation().path().equals(asked.operation().path()))
                .findFirst()
                .or(() -> Optional.of(behind(
                        asked.target(), last(all), page(asked.operation()).n())))
                .filter(target -> !target.equals(asked.target()));
    }

    private Target behind(Target target, String last, OptionalInt n) {
        return target.with(with(target.operation(), new Page(n, Optional.of(last))));
    }

    private Target widened(Target target) {
        Page page = page(target.operation());
        boolean narrow = page.n().isPresent() && page.n().getAsInt() < WIDE;
        return narrow ? target.with(with(target.operation(), new Page(OptionalInt.of(WIDE), page.last()))) : target;
    }

    private RegistryResponse page(
            RegistryRequest request,
            Received received,
            List<String> visibleNames,
            boolean widened,
            Predicate<String> visible) {
        OptionalInt n = page(request.operation()).n();
        // A registry that gives more than it was asked for knows no pages: what is cut off could not be had.
        boolean cut = widened && n.isPresent() && visibleNames.size() > n.getAsInt();
        List<String> shown = cut ? visibleNames.subList(0, n.getAsInt()) : visibleNames;
        byte[] json = document(request.operation(), shown);
        Headers headers = received.headers
                .without(
                        HeaderNames.LINK,
                        HeaderNames.LAST_MODIFIED,
                        HeaderNames.ETAG,
                        HeaderNames.CONTENT_LENGTH,
                        HeaderNames.DOCKER_CONTENT_DIGEST)
                .with(HeaderNames.CONTENT_TYPE, MediaType.JSON.value());
        if (!shown.isEmpty() && (cut || received.next.isPresent())) {
            Target own = behind(request.target(), last(shown), n);
            Target target = received.next
                    .filter(next -> !cut && namesNothingHidden(next, received.names, visible))
                    .map(next -> next.with(with(
                            next.operation(), new Page(n, page(next.operation()).last()))))
                    .orElse(own);
            headers = headers.and(HeaderNames.LINK, "<" + target.render() + ">; rel=\"next\"");
        }
        return request.isHead()
                ? RegistryResponse.of(
                        200, headers.and(HeaderNames.CONTENT_LENGTH, Integer.toString(json.length)), Body.empty())
                : RegistryResponse.of(200, headers, Body.of(json));
    }

    /** Whether a cursor of the registry's own can be handed on. */
    private boolean namesNothingHidden(Target next, List<String> names, Predicate<String> visible) {
        Optional<String> last = page(next.operation()).last();
        Query rest = next.rest();
        boolean cursor = last.isEmpty() ? !rest.isEmpty() : visible.test(last.get());
        String text = rest.render();
        return cursor && names.stream().filter(visible.negate()).noneMatch(text::contains);
    }

    private static String last(List<String> names) {
        return names.get(names.size() - 1);
    }
}

package io.github.registryproxy.route;

import com.google.common.collect.Comparators;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.TagList;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation.ListTags;
import io.github.registryproxy.protocol.Page;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The tags of all members, each once, in ASCII order. Each member is asked for the same page; where one has more behind it, what
 * others have behind that place waits for the next page, so that no tag is passed over.
 */
final class MergedTags {
    private final List<Member> members;

    MergedTags(List<Member> members) {
        this.members = members;
    }

    RegistryResponse answer(RegistryRequest request, ListTags list) throws IOException {
        RegistryRequest asked = MergedLists.asked(request);
        Merge merge = new Merge(list.page());
        Passed missing = null;
        for (Member member : members) {
            RegistryResponse response = member.ask(asked);
            if (response.status() == 404) {
                Passed passed = Passed.of(request, response);
                missing = missing == null ? passed : missing;
            } else if (response.status() == 200) {
                merge.add(response);
            } else {
                return MergedLists.refusal(request, response);
            }
        }
        return merge.found || missing == null ? page(request, list, merge) : missing.answer();
    }

    private static RegistryResponse page(RegistryRequest request, ListTags list, Merge merge) {
        List<String> shown = merge.shown();
        Headers headers = Headers.of(HeaderNames.CONTENT_TYPE, MediaType.JSON.value());
        if (!shown.isEmpty() && (merge.more() || shown.size() < merge.tags.size())) {
            Page following = list.page().withLast(Optional.of(shown.get(shown.size() - 1)));
            String target = request.target()
                    .with(new ListTags(list.repository(), following))
                    .render();
            headers = headers.and(HeaderNames.LINK, "<" + target + ">; rel=\"next\"");
        }
        byte[] json = new TagList(list.repository().value(), shown).toJson();
        return MergedLists.answer(request, headers, json);
    }

    /** One page in the making. */
    private static final class Merge {
        private final Page page;
        private final TreeSet<String> tags = new TreeSet<>();
        private boolean found;

        /** How far every member has told all it has; null for to the end. */
        private @Nullable String complete;

        Merge(Page page) {
            this.page = page;
        }

        void add(RegistryResponse response) throws IOException {
            found = true;
            try (response) {
                List<String> own = TagList.parse(response.body().readAll(MergedLists.LARGEST))
                        .orElseThrow(() -> new IOException("the upstream's tag list is none"))
                        .tags();
                own.stream().filter(this::isBehind).forEach(tags::add);
                if (!own.isEmpty() && MergedLists.next(response.headers()).isPresent()) {
                    bound(own);
                }
            }
        }

        /** A registry that knows no pages begins anew each time. */
        private boolean isBehind(String tag) {
            return page.last().isEmpty() || tag.compareTo(page.last().get()) > 0;
        }

        /** What a member has behind its page is known to be behind its last tag only if it lists them in this order. */
        private void bound(List<String> own) {
            String last = own.get(own.size() - 1);
            if (!Comparators.isInOrder(own, Comparator.naturalOrder()) || !isBehind(last)) {
                throw MergedLists.unmergeable("a registry behind this one does not list its tags in order");
            }
            complete = complete == null || last.compareTo(complete) < 0 ? last : complete;
        }

        boolean more() {
            return complete != null;
        }

        List<String> shown() {
            SortedSet<String> told = complete == null ? tags : tags.headSet(complete, true);
            int most = page.n().orElse(Integer.MAX_VALUE);
            return new ArrayList<>(told).subList(0, Math.min(most, told.size()));
        }
    }
}

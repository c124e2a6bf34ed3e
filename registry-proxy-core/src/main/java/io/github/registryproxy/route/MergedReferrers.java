package io.github.registryproxy.route;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.ReferrersList;
import io.github.registryproxy.protocol.Link;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation.ListReferrers;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What refers to a manifest at any member, each once. Pages of a member are read to the end, since their order is nobody's but its
 * own; more than 4 MiB in all cannot be merged.
 */
final class MergedReferrers {
    private static final int MOST_PAGES = 64;

    private final List<Member> members;

    MergedReferrers(List<Member> members) {
        this.members = members;
    }

    RegistryResponse answer(RegistryRequest request, ListReferrers list) throws IOException {
        Merge merge = new Merge(list);
        Passed missing = null;
        for (Member member : members) {
            Optional<RegistryResponse> other = merge.add(member, MergedLists.asked(request));
            if (other.isPresent() && other.get().status() != 404) {
                return MergedLists.refusal(request, other.get());
            }
            if (other.isPresent()) {
                Passed passed = Passed.of(request, other.get());
                missing = missing == null ? passed : missing;
            }
        }
        return merge.filters == null && missing != null ? missing.answer() : merge.answer(request);
    }

    private static final class Merge {
        private final ListReferrers list;
        private ReferrersList index = ReferrersList.EMPTY;
        private int left = MergedLists.LARGEST;

        /** The filters that every page so far was filtered by; null before the first. */
        private @Nullable List<String> filters;

        Merge(ListReferrers list) {
            this.list = list;
        }

        /** Adds what the member has; what it says instead, if it has no list. */
        Optional<RegistryResponse> add(Member member, RegistryRequest first) throws IOException {
            RegistryRequest asked = first;
            for (int pages = 0; pages < MOST_PAGES; pages++) {
                RegistryResponse response = member.ask(asked);
                if (response.status() == 404 && pages > 0) {
                    response.close();
                    throw MergedLists.unmergeable("a list of referrers went away while it was read");
                }
                if (response.status() != 200) {
                    return Optional.of(response);
                }
                Optional<Link> next = MergedLists.next(response.headers());
                read(response);
                if (next.isEmpty()) {
                    return Optional.empty();
                }
                asked = asked.with(following(asked.target(), next.get()));
            }
            throw tooLong();
        }

        private void read(RegistryResponse response) throws IOException {
            try (response) {
                byte[] json = response.body().readAll(left);
                left -= json.length;
                index = index.and(ReferrersList.parse(json)
                        .orElseThrow(() -> new IOException("the upstream's list of referrers is none")));
                List<String> own = response.headers().all(HeaderNames.OCI_FILTERS_APPLIED);
                filters = filters == null || filters.equals(own) ? own : List.of();
            } catch (RegistryException e) {
                throw tooLong();
            }
        }

        private Target following(Target asked, Link next) {
            Target target = Target.parse("GET", next.target());
            boolean usable = target.operation() instanceof ListReferrers more
                    && more.repository().equals(list.repository())
                    && more.digest().equals(list.digest())
                    && !target.equals(asked);
            if (!usable) {
                throw MergedLists.unmergeable("a list of referrers goes on where it cannot be read");
            }
            return target;
        }

        private static RegistryException tooLong() {
            return MergedLists.unmergeable("the lists of referrers are too long to be made one");
        }

        RegistryResponse answer(RegistryRequest request) {
            Headers headers = Headers.of(HeaderNames.CONTENT_TYPE, MediaType.OCI_INDEX.value());
            for (String filter : filters == null ? List.<String>of() : filters) {
                headers = headers.and(HeaderNames.OCI_FILTERS_APPLIED, filter);
            }
            return MergedLists.answer(request, headers, index.toJson());
        }
    }
}

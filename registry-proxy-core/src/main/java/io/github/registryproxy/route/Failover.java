package io.github.registryproxy.route;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Several registries as one. A read goes from member to member, in order, until one has what is asked for; lists of tags and of
 * referrers are those of all members together, and fail where one of them cannot be had.
 *
 * <pre>{@code
 * Failover.builder().member("hosted", hosted).member("hub", hub).build();
 * }</pre>
 *
 * <p>A 404 or an error of one member leaves the question to the next. If nobody has it, the answer is the most telling of what
 * was said: 429, then 401 and 403, then 5xx, then a broken connection; 404 only where every member said so. Blobs, and manifests
 * by digest, are asked of the member that served the repository last, then of the others; tags always in order.
 *
 * <p>Members are logged in at by whoever made them: a client's {@code Authorization} is for this registry, and is given to none of
 * them. The version check is answered here; there are no tokens and no catalog.
 */
public final class Failover implements RegistryHandler, AutoCloseable {
    private final List<Member> members;
    private final boolean writesToFirst;
    private final FirstThatHas reads;
    private final MergedTags tags;
    private final MergedReferrers referrers;

    private Failover(Builder builder) {
        this.members = List.copyOf(builder.members);
        this.writesToFirst = builder.writesToFirst;
        this.reads = new FirstThatHas(members, builder.stopAtErrors, new LastServed(builder.nanos));
        this.tags = new MergedTags(members);
        this.referrers = new MergedReferrers(members);
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public RegistryResponse handle(RegistryRequest request) throws IOException {
        Operation operation = request.operation();
        RegistryRequest bare = request.withHeaders(headers -> headers.without(HeaderNames.AUTHORIZATION));
        return switch (operation.access()) {
            case PULL -> read(bare.body().repeatable() ? bare : bare.withBody(Body.empty()));
            case PUSH, DELETE ->
                writesToFirst
                        ? members.get(0).handler().handle(bare)
                        : RegistryResponse.of(ErrorCode.UNSUPPORTED.because("this registry is pull only"));
            case NONE, CATALOG, UNKNOWN -> Handlers.nobody(request);
        };
    }

    private RegistryResponse read(RegistryRequest request) throws IOException {
        if (request.operation() instanceof Operation.ListTags list) {
            return tags.answer(request, list);
        }
        if (request.operation() instanceof Operation.ListReferrers list) {
            return referrers.answer(request, list);
        }
        return reads.answer(request, (Operation.InRepository) request.operation());
    }

    /** Closes the members that can be closed. */
    @Override
    public void close() {
        Handlers.close(members.stream().map(Member::handler).toList());
    }

    /** Says who is asked, in order; there is at least one member. */
    public static final class Builder {
        private final List<Member> members = new ArrayList<>();
        private boolean stopAtErrors;
        private boolean writesToFirst;
        private LongSupplier nanos = System::nanoTime;

        private Builder() {}

        /**
         * Asked after those added before.
         *
         * @param name for the log; a member has a name of its own
         */
        public Builder member(String name, RegistryHandler handler) {
            Objects.requireNonNull(handler, "handler");
            if (members.stream().anyMatch(member -> member.name().equals(name))) {
                throw new IllegalArgumentException("two members with the name " + name);
            }
            members.add(new Member(name, handler));
            return this;
        }

        /**
         * A member's error ends the search, and is the answer: for names that must never come from a later member while an earlier
         * one cannot say whether it has them. Default: the search goes on.
         */
        public Builder stopAtErrors() {
            stopAtErrors = true;
            return this;
        }

        /** Pushes and deletions go to the first member, and to it alone. Default: they are refused (UNSUPPORTED, 405). */
        public Builder writesToFirst() {
            writesToFirst = true;
            return this;
        }

        Builder nanos(LongSupplier clock) {
            nanos = clock;
            return this;
        }

        public Failover build() {
            if (members.isEmpty()) {
                throw new IllegalStateException("no member: call member(name, handler) before build()");
            }
            return new Failover(this);
        }
    }
}

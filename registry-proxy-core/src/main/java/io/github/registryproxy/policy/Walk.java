package io.github.registryproxy.policy;

import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.policy.FilteredList.Received;
import io.github.registryproxy.policy.Provenance.Doubt;
import io.github.registryproxy.policy.ReachNode.Links;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Operation.ListTags;
import io.github.registryproxy.protocol.Operation.PullManifest;
import io.github.registryproxy.protocol.Page;
import io.github.registryproxy.protocol.Reference;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The way through all that the allowed tags of one repository lead to, step by step: tags are listed and resolved, manifests read,
 * then what is attached to them. Used by one thread at a time; stays where it is between two.
 */
final class Walk {
    private static final Logger LOG = System.getLogger(Walk.class.getName());
    private static final int PAGE = 1000;
    private static final int MOST_MANIFESTS = 100_000;

    private final RepositoryName repository;
    private final Provenance provenance;
    private final Learning learning;
    private final Predicate<String> allowed;
    private final boolean attachments;
    private final FilteredList lists = new FilteredTags();

    private @Nullable Target page;
    private boolean begun;
    private boolean news;
    private final Deque<Tag> tags = new ArrayDeque<>();
    private final Deque<Found> manifests = new ArrayDeque<>();
    private final Deque<Tag> attached = new ArrayDeque<>();
    private final Set<Digest> seen = new HashSet<>();

    private record Found(Digest digest, int depth) {}

    /** What may still be spent. */
    static final class Purse {
        int manifests;
        int pages;

        Purse(ResolutionBudget budget) {
            this.manifests = budget.manifests();
            this.pages = budget.pages();
        }
    }

    Walk(
            RepositoryName repository,
            Provenance provenance,
            Learning learning,
            Predicate<String> allowed,
            boolean attachments) {
        this.repository = repository;
        this.provenance = provenance;
        this.learning = learning;
        this.allowed = allowed;
        this.attachments = attachments;
    }

    /** Whether there is nothing more to look at. */
    boolean isOver() {
        return begun && page == null && tags.isEmpty() && manifests.isEmpty() && attached.isEmpty();
    }

    boolean hasBegun() {
        return begun;
    }

    /** Whether something was found since it began that was not known. */
    boolean hasNews() {
        return news;
    }

    void restart() {
        tags.clear();
        manifests.clear();
        attached.clear();
        seen.clear();
        page = Target.of(new ListTags(repository, new Page(OptionalInt.of(PAGE), Optional.empty())));
        begun = true;
        news = false;
    }

    /** Goes one step, unless the purse has nothing for it; tells whether it did. */
    boolean step(Resolving registry, Purse purse) throws IOException, RefusedException {
        if (!tags.isEmpty()) {
            return purse.manifests > 0 && resolve(registry, purse);
        }
        if (!manifests.isEmpty()) {
            return descend(registry, purse);
        }
        if (page != null) {
            return purse.pages > 0 && list(registry, purse, page);
        }
        return !attached.isEmpty() && purse.manifests > 0 && attach(registry, purse);
    }

    private boolean list(Resolving registry, Purse purse, Target asked) throws IOException, RefusedException {
        purse.pages--;
        RegistryResponse response = registry.ask("GET", asked);
        if (response.status() == 404) {
            response.close();
            page = null;
            return true;
        }
        RegistryRequest request = registry.cause().with(asked);
        Received received = lists.received(request, RefusedException.unlessRefused(response));
        page = received.next().orElse(null);
        for (String name : received.names()) {
            if (allowed.test(name)) {
                tags.add(new Tag(name));
            } else if (attachments && Attachments.subject(new Tag(name)).isPresent()) {
                attached.add(new Tag(name));
            }
        }
        return true;
    }

    private boolean resolve(Resolving registry, Purse purse) throws IOException, RefusedException {
        Tag tag = tags.element();
        if (!provenance.isFresh(repository, tag, Duration.ofSeconds(10))) {
            purse.manifests--;
            news |= resolve(registry, tag);
        }
        tags.remove();
        provenance.tagged(repository, tag).all().forEach(digest -> enqueue(digest, 0));
        return true;
    }

    /** Asks what a tag stands for; tells whether that is news. */
    boolean resolve(Resolving registry, Tag tag) throws IOException, RefusedException {
        Tagged before = provenance.tagged(repository, tag);
        Optional<Digest> digest;
        try (RegistryResponse response = ask(registry, "HEAD", tag)) {
            digest = Learning.digest(response);
            if (response.status() == 404) {
                provenance.gone(repository, tag);
                return false;
            }
            learning.byTag(repository, tag, response, true);
        }
        if (digest.isEmpty()) {
            learning.byTag(repository, tag, ask(registry, "GET", tag), false).close();
        }
        return !provenance.tagged(repository, tag).equals(before);
    }

    /** Asks whether a tag still stands for what it stood for; where nobody can say, it is believed for a while. */
    void settle(Resolving registry, Doubt doubt, Duration belief) throws IOException {
        try {
            resolve(registry, doubt.tag());
            provenance.settle(repository, doubt);
        } catch (RefusedException e) {
            provenance.believe(repository, doubt, belief);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a tag could not be asked for", e);
            provenance.believe(repository, doubt, belief);
        }
    }

    private boolean descend(Resolving registry, Purse purse) throws IOException, RefusedException {
        Found found = manifests.element();
        Optional<Links> known = provenance.links(repository, found.digest);
        if (known.isEmpty()) {
            if (purse.manifests == 0) {
                return false;
            }
            purse.manifests--;
            learning.byDigest(repository, ask(registry, "GET", found.digest), false)
                    .close();
            news = true;
        } else {
            // Who is named by it may have been forgotten.
            provenance.names(repository, found.digest, known.get());
        }
        manifests.remove();
        if (found.depth < Provenance.DEEPEST) {
            provenance
                    .links(repository, found.digest)
                    .ifPresent(links -> links.manifests().forEach(child -> enqueue(child, found.depth + 1)));
        }
        return true;
    }

    private void enqueue(Digest digest, int depth) {
        if (seen.size() < MOST_MANIFESTS && seen.add(digest)) {
            manifests.add(new Found(digest, depth));
        }
    }

    private boolean attach(Resolving registry, Purse purse) throws IOException, RefusedException {
        Tag tag = attached.element();
        Digest subject = Attachments.subject(tag).orElseThrow();
        if (provenance.reach(repository, subject).known()) {
            purse.manifests--;
            RegistryResponse response = ask(registry, "GET", tag);
            Optional<Digest> digest = Learning.digest(response);
            learning.attached(repository, subject, response, false).close();
            digest.ifPresent(one -> enqueue(one, 1));
        }
        attached.remove();
        return true;
    }

    private RegistryResponse ask(Resolving registry, String method, Reference reference)
            throws IOException, RefusedException {
        RegistryResponse response = registry.ask(method, new PullManifest(repository, reference));
        return response.status() == 404 ? response : RefusedException.unlessRefused(response);
    }
}

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
import io.github.registryproxy.protocol.RegistryException;
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
import org.jspecify.annotations.Nullable;

/**
 * The way through all that the allowed tags of one repository lead to, step by step: tags are listed and resolved, manifests read,
 * then what is attached to them. Used by one thread at a time; stays where it is between two.
 */
final class Walk {
    private static final Logger LOG = System.getLogger(Walk.class.getName());
    private static final int PAGE = 1000;
    private static final int MOST_MANIFESTS = 100_000;
    private static final int MOST_NAMES = 32;

    private final RepositoryName repository;
    private final Provenance provenance;
    private final Learning learning;
    private final Rules rules;
    private final boolean attachments;
    private final FilteredList lists = new FilteredTags();

    private @Nullable Target page;
    private boolean begun;
    private boolean news;
    private final Deque<Candidate> tags = new ArrayDeque<>();
    private final Deque<Found> manifests = new ArrayDeque<>();
    private final Deque<Tag> attached = new ArrayDeque<>();
    private final Set<Digest> seen = new HashSet<>();

    /** A tag that may be there, or is, since the registry lists it. */
    private record Candidate(Tag tag, boolean listed) {}

    /** A manifest, how deep below a tag, and which one where it is that one's own. */
    private record Found(Digest digest, int depth, Optional<Tag> tag) {}

    /** What may still be spent. */
    static final class Purse {
        int manifests;
        int pages;

        Purse(ResolutionBudget budget) {
            this.manifests = budget.manifests();
            this.pages = budget.pages();
        }
    }

    Walk(RepositoryName repository, Provenance provenance, Learning learning, Rules rules, boolean attachments) {
        this.repository = repository;
        this.provenance = provenance;
        this.learning = learning;
        this.rules = rules;
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
        // Where rules name tags, there may be no need to list them.
        rules.names().stream().limit(MOST_NAMES).forEach(name -> tags.add(new Candidate(new Tag(name), false)));
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
            if (rules.allows(name)) {
                tags.add(new Candidate(new Tag(name), true));
            } else if (attachments && Attachments.subject(new Tag(name)).isPresent()) {
                attached.add(new Tag(name));
            }
        }
        return true;
    }

    private boolean resolve(Resolving registry, Purse purse) throws IOException, RefusedException {
        Candidate candidate = tags.element();
        Tag tag = candidate.tag;
        if (!provenance.isFresh(repository, tag, Duration.ofSeconds(10))) {
            purse.manifests--;
            Tagged before = provenance.tagged(repository, tag);
            resolve(registry, tag, candidate.listed);
            news |= !provenance.tagged(repository, tag).equals(before);
        }
        tags.remove();
        provenance.tagged(repository, tag).all().forEach(digest -> enqueue(new Found(digest, 0, Optional.of(tag))));
        return true;
    }

    /** Asks what a tag stands for; where it must be there, or be seen not to be, a HEAD that fails to find it is not enough. */
    private void resolve(Resolving registry, Tag tag, boolean certainly) throws IOException, RefusedException {
        try (RegistryResponse response = registry.ask("HEAD", new PullManifest(repository, tag))) {
            if (response.status() == 200 && Learning.digest(response).isPresent()) {
                learning.byTag(repository, tag, response, true);
                return;
            }
            if (response.status() == 404 && !certainly) {
                return;
            }
            if (response.status() != 200 && response.status() != 404) {
                throw RefusedException.of(response);
            }
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            if (!registry.mayRepeat()) {
                throw e;
            }
            LOG.log(Level.DEBUG, "a HEAD got nothing usable; a GET may", e);
        }
        read(registry, tag);
    }

    private void read(Resolving registry, Tag tag) throws IOException, RefusedException {
        try (RegistryResponse response = ask(registry, tag)) {
            if (response.status() == 404) {
                provenance.gone(repository, tag);
                return;
            }
            learning.byTag(repository, tag, response, false);
        } catch (RegistryException e) {
            skipped(tag, e);
        }
    }

    /** A manifest that says nothing certain leads nowhere, and keeps nothing else from being found. */
    private static void skipped(Reference manifest, RegistryException why) {
        LOG.log(Level.DEBUG, () -> "a manifest is passed over: " + manifest, why);
    }

    /** Asks whether a tag still stands for what it stood for; where nobody can say, it is believed for a while. */
    void settle(Resolving registry, Doubt doubt, Duration belief) throws IOException {
        try {
            resolve(registry, doubt.tag(), true);
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
            read(registry, found);
            news = true;
        } else {
            // Who is named by it may have been forgotten.
            provenance.names(repository, found.digest, known.get());
        }
        manifests.remove();
        if (found.depth < Provenance.DEEPEST) {
            provenance
                    .links(repository, found.digest)
                    .ifPresent(links -> links.manifests()
                            .forEach(child -> enqueue(new Found(child, found.depth + 1, Optional.empty()))));
        }
        return true;
    }

    private void read(Resolving registry, Found found) throws IOException, RefusedException {
        try (RegistryResponse response = ask(registry, found.digest)) {
            if (response.status() == 200) {
                learning.byDigest(repository, response, false);
                return;
            }
        } catch (RegistryException e) {
            skipped(found.digest, e);
            return;
        }
        if (found.tag.isPresent()) {
            // What a HEAD said of the tag was not true.
            read(registry, found.tag.get());
            provenance
                    .tagged(repository, found.tag.get())
                    .all()
                    .forEach(digest -> enqueue(new Found(digest, 0, Optional.empty())));
        }
    }

    private void enqueue(Found found) {
        if (seen.size() < MOST_MANIFESTS && seen.add(found.digest)) {
            manifests.add(found);
        }
    }

    private boolean attach(Resolving registry, Purse purse) throws IOException, RefusedException {
        Tag tag = attached.element();
        Digest subject = Attachments.subject(tag).orElseThrow();
        if (provenance.reach(repository, subject, true).known()) {
            purse.manifests--;
            RegistryResponse response = ask(registry, tag);
            Optional<Digest> digest = Learning.digest(response);
            try {
                learning.attached(repository, subject, response, false).close();
                digest.ifPresent(one -> enqueue(new Found(one, 1, Optional.empty())));
            } catch (RegistryException e) {
                skipped(tag, e);
            }
        }
        attached.remove();
        return true;
    }

    /** The manifest, or that there is none. */
    private RegistryResponse ask(Resolving registry, Reference reference) throws IOException, RefusedException {
        RegistryResponse response;
        try {
            response = registry.ask("GET", new PullManifest(repository, reference));
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            if (!registry.mayRepeat()) {
                throw e;
            }
            // Nonsense may have been an accident, and must not cost what hangs on it.
            LOG.log(Level.DEBUG, "a manifest is asked for again", e);
            response = registry.ask("GET", new PullManifest(repository, reference));
        }
        return response.status() == 404 ? response : RefusedException.unlessRefused(response);
    }
}

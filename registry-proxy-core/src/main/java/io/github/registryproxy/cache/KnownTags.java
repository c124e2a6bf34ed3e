package io.github.registryproxy.cache;

import io.github.registryproxy.cache.AskedUpstream.Question;
import io.github.registryproxy.protocol.Digest;
import java.util.Optional;

/** What is known of tags without asking the upstream, and to whom it may be told. */
final class KnownTags {
    private final KeptTags tags;
    private final KeptManifests manifests;
    private final MissingTags missing;
    private final Readers readers;
    private final Freshness freshness;

    /** What had been dropped when the upstream was asked: what it says is not known after another drop. */
    record Before(long tags, long manifests) {}

    /** What the store can say: an answer, where it has one, and whether this caller may have it unasked. */
    record Stored(Digest digest, Optional<Answer> answer, boolean mayRead) {
        Optional<Answer> unasked() {
            return mayRead ? answer : Optional.empty();
        }
    }

    KnownTags(KeptTags tags, KeptManifests manifests, MissingTags missing, Readers readers, Freshness freshness) {
        this.tags = tags;
        this.manifests = manifests;
        this.missing = missing;
        this.readers = readers;
        this.freshness = freshness;
    }

    /** An answer that is young enough. */
    Optional<Answer> fresh(Question question, TagView view) {
        return missing.find(view, question.request().isHead())
                .or(() -> tags.find(view.name(), view.representation())
                        .filter(tag -> freshness.isFresh(view.shown(), tag.checked()))
                        .flatMap(tag -> stored(question, view, tag).unasked()));
    }

    /** What there is, however old. */
    Optional<Stored> stored(Question question, TagView view) {
        return tags.find(view.name(), view.representation()).map(tag -> stored(question, view, tag));
    }

    private Stored stored(Question question, TagView view, KeptTag tag) {
        Optional<KeptManifest> manifest = manifests.find(view.name().repository(), tag.digest());
        boolean mayRead = readers.all() || (manifest.isPresent() && readers.mayRead(view.credential(), manifest.get()));
        Optional<Answer> answer = question.request().isHead()
                ? Optional.of(manifest.map(known -> Answer.of(tag.digest(), known.type(), known.size()))
                        .orElseGet(() -> Answer.of(tag.digest(), tag.type(), tag.size())))
                : manifest.flatMap(known -> manifests.answer(tag.digest(), known.type()));
        return new Stored(tag.digest(), answer, mayRead);
    }

    /** To be had before the upstream is asked, and given to what is to be known afterwards. */
    Before drops(TagView view) {
        return new Before(tags.drops(view.name()), manifests.drops(view.name().repository()));
    }

    /** The upstream stands by what it said before. */
    void renew(TagView view, Stored stored, Answer answer, Before drops) {
        keep(view, stored.digest(), answer, drops);
        if (readers.remembers()) {
            manifests.remember(view.name().repository(), stored.digest(), view.credential(), drops.manifests());
        }
    }

    /** Keeps what the upstream said, when it is a whole description; tells whether it is kept. */
    boolean keep(Question question, TagView view, Answer answer, Before drops) {
        Optional<Digest> digest = answer.digest();
        if (digest.isEmpty()
                || !KeptManifest.canKeep(answer.type())
                || answer.size().isEmpty()) {
            return false;
        }
        Optional<String> reader = Optional.of(view.credential()).filter(credential -> readers.remembers());
        boolean described = question.request().isHead()
                || manifests.keep(view.name().repository(), digest.get(), answer, reader, drops.manifests());
        return described && keep(view, digest.get(), answer, drops);
    }

    private boolean keep(TagView view, Digest digest, Answer answer, Before drops) {
        missing.found(view);
        long checked = freshness.checked(view.shown());
        KeptTag tag = new KeptTag(
                view.representation(), digest, answer.type(), answer.size().orElse(0), checked);
        return tags.put(view.name(), tag, drops.tags());
    }

    /** The upstream says that there is none; those who could not have read it do not take it from others. */
    void forget(Question question, TagView view, Answer answer, boolean couldRead, Before drops) {
        tags.unlessDropped(view.name(), drops.tags(), () -> {
            missing.put(view, question.request().isHead(), answer);
            return true;
        });
        if (readers.all() || couldRead) {
            tags.remove(view.name(), view.representation());
        }
    }
}

package io.github.registryproxy.cache;

import io.github.registryproxy.cache.AskedUpstream.Question;
import io.github.registryproxy.protocol.Digest;
import java.util.Optional;

/** What is known of tags without asking the upstream, and to whom it may be told. */
final class KnownTags {
    private final KeptTags tags;
    private final KeptManifests manifests;
    private final MissingTags missing;
    private final ManifestAccess access;
    private final Freshness freshness;

    /** What had been dropped when the upstream was asked: what it says is not known after another drop. */
    record Before(long tags, long manifests) {}

    KnownTags(KeptTags tags, KeptManifests manifests, MissingTags missing, ManifestAccess access, Freshness freshness) {
        this.tags = tags;
        this.manifests = manifests;
        this.missing = missing;
        this.access = access;
        this.freshness = freshness;
    }

    /** An answer that is young enough. */
    Optional<Answer> fresh(Question question, TagView view) {
        return missing.find(view, question.request().isHead())
                .or(() -> kept(question, view)
                        .decided()
                        .filter(tag -> isFresh(view, tag.tag()))
                        .flatMap(TagAnswers.Kept::unasked));
    }

    private boolean isFresh(TagView view, KeptTag tag) {
        return freshness.isFresh(new TagView.Shown(view.name(), tag.accepted()), tag.checked());
    }

    /** All there is, however old. */
    TagAnswers kept(Question question, TagView view) {
        return new TagAnswers(question, view, tags.find(view.name()), manifests, access);
    }

    /** To be had before the upstream is asked, and given to what is to be known afterwards. */
    Before drops(TagView view) {
        return new Before(tags.drops(view.name()), manifests.drops(view.name().repository()));
    }

    /** The upstream stands by a manifest that is kept. */
    void renew(Question question, TagView view, Digest digest, Answer answer, Before drops) {
        keep(question, view, digest, answer, drops);
        access.grant(question, view.name().repository(), digest, drops.manifests());
    }

    /** Keeps what the upstream said, when it is a whole description; tells whether it is kept. */
    boolean keep(Question question, TagView view, Answer answer, Before drops) {
        Optional<Digest> digest = answer.digest();
        if (digest.isEmpty()
                || !KeptManifest.canKeep(answer.type())
                || answer.size().isEmpty()) {
            return false;
        }
        boolean described = question.request().isHead()
                || manifests.keep(
                        view.name().repository(),
                        digest.get(),
                        answer,
                        question.caller().speaksForAll(),
                        drops.manifests());
        if (described) {
            access.grant(question, view.name().repository(), digest.get(), drops.manifests());
        }
        return described && keep(question, view, digest.get(), answer, drops);
    }

    private boolean keep(Question question, TagView view, Digest digest, Answer answer, Before drops) {
        missing.found(view);
        long checked = freshness.checked(new TagView.Shown(view.name(), view.types()));
        KeptTag tag = new KeptTag(
                view.types(),
                digest,
                answer.type(),
                answer.size().orElse(0),
                checked,
                question.caller().speaksForAll());
        return tags.put(view.name(), tag, drops.tags());
    }

    /** The upstream says that there is none; those who could not have read it do not take it from others. */
    void forget(Question question, TagView view, Answer answer, boolean couldRead, Before drops) {
        boolean identityLasts = question.caller().access() != CacheAccess.RECHECK;
        tags.unlessDropped(view.name(), drops.tags(), () -> identityLasts && remember(question, view, answer));
        if (question.caller().isPublic() || couldRead) {
            tags.remove(view.name(), view.types());
        }
    }

    private boolean remember(Question question, TagView view, Answer answer) {
        missing.put(view, question.request().isHead(), answer);
        return true;
    }
}

package io.github.registryproxy.cache;

import io.github.registryproxy.cache.AskedUpstream.Question;
import io.github.registryproxy.protocol.Digest;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the store can answer to one request for a tag. Each answer is worked out when it is asked for: there may be one for each
 * combination of types that clients accept.
 */
final class TagAnswers {
    private final Question question;
    private final TagView view;
    private final List<KeptTag> oldestFirst;
    private final KeptManifests manifests;
    private final ManifestAccess access;

    /**
     * One of them, with the answer, where the store has it.
     *
     * @param mayRead whether this caller may have it unasked
     * @param whileAway whether it may have it while the upstream cannot be asked
     */
    record Kept(KeptTag tag, Optional<Answer> answer, boolean mayRead, boolean whileAway) {
        Optional<Answer> unasked() {
            return mayRead ? answer : Optional.empty();
        }

        Optional<Answer> whenAway() {
            return whileAway ? answer : Optional.empty();
        }
    }

    TagAnswers(Question question, TagView view, List<KeptTag> tags, KeptManifests manifests, ManifestAccess access) {
        this.question = question;
        this.view = view;
        this.oldestFirst = tags;
        this.manifests = manifests;
        this.access = access;
    }

    /** What the upstream would have answered to this request when it was asked last. */
    Optional<Kept> decided() {
        return first(this::decides);
    }

    /** What is better than nothing while the upstream cannot be asked: any document that the client takes and may read. */
    Optional<Answer> fallback() {
        Optional<Answer> best = whenAway(this::decides);
        return best.isPresent()
                ? best
                : whenAway(tag -> question.wanted().acceptable().takes(tag.type()));
    }

    /** Whether there is a document at all that the upstream may say, by HEAD, the tag still stands for. */
    boolean hasDocument() {
        return newestFirst(tag -> true).anyMatch(kept -> kept.answer().isPresent());
    }

    /** The document of that digest. */
    Optional<Answer> document(Digest digest) {
        return first(tag -> tag.digest().equals(digest)).flatMap(Kept::answer);
    }

    /** Each document once: a tag stands for few, however many combinations of types were asked for. */
    private Stream<Kept> newestFirst(Predicate<KeptTag> wanted) {
        int last = oldestFirst.size() - 1;
        Set<Digest> seen = new HashSet<>();
        return IntStream.rangeClosed(0, last)
                .mapToObj(i -> oldestFirst.get(last - i))
                .filter(wanted)
                .filter(tag -> seen.add(tag.digest()))
                .map(this::kept);
    }

    private boolean decides(KeptTag tag) {
        boolean taken = question.wanted().acceptable().takes(tag.type());
        return tag.accepted().decides(tag.type(), view.types(), taken);
    }

    private Optional<Kept> first(Predicate<KeptTag> wanted) {
        for (int i = oldestFirst.size() - 1; i >= 0; i--) {
            if (wanted.test(oldestFirst.get(i))) {
                return Optional.of(kept(oldestFirst.get(i)));
            }
        }
        return Optional.empty();
    }

    private Optional<Answer> whenAway(Predicate<KeptTag> wanted) {
        return newestFirst(wanted).flatMap(kept -> kept.whenAway().stream()).findFirst();
    }

    private Kept kept(KeptTag tag) {
        Optional<KeptManifest> manifest = manifests.find(view.name().repository(), tag.digest());
        boolean forAll = manifest.map(KeptManifest::forAll).orElse(tag.forAll());
        boolean mayRead = access.mayRead(question.caller(), view.name().repository(), tag.digest(), forAll);
        boolean whileAway =
                access.mayReadWhileAway(question.caller(), view.name().repository(), tag.digest(), forAll);
        Optional<Answer> answer = question.request().isHead()
                ? Optional.of(manifest.map(known -> Answer.of(tag.digest(), known.type(), known.size()))
                        .orElseGet(() -> Answer.of(tag.digest(), tag.type(), tag.size())))
                : manifest.flatMap(known -> manifests.answer(tag.digest(), known.type()));
        return new Kept(tag, answer, mayRead, whileAway);
    }
}

package io.github.registryproxy.policy;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.Tag;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one digest in one repository: which manifests name it, and which tags stand or stood for it. That a manifest
 * names it is true for ever; whether a tag stands for something may change. Changed under the lock of its {@link Provenance}, read
 * without.
 */
final class ReachNode {
    /** One that leads to a tag is enough, so that the eldest may go. */
    private static final int MOST = 64;

    private volatile List<Digest> parents;
    private volatile List<Standing> tags;
    private volatile @Nullable Links links;

    /** Whether it waits to be written. */
    final AtomicBoolean dirty = new AtomicBoolean();

    /** What a manifest names; in memory alone. */
    record Links(List<Digest> manifests, List<Digest> others) {}

    /** That a tag stands for this digest. */
    static final class Standing {
        private final Tag tag;

        /** When that was last confirmed, and when it was seen to be over; 0: it is not, in milliseconds since 1970. */
        volatile long seen;

        volatile long left;

        Standing(Tag tag, long seen, long left) {
            this.tag = tag;
            this.seen = seen;
            this.left = left;
        }

        Tag tag() {
            return tag;
        }
    }

    ReachNode() {
        this(List.of(), List.of());
    }

    private ReachNode(List<Digest> parents, List<Standing> tags) {
        this.parents = parents;
        this.tags = tags;
    }

    List<Digest> parents() {
        return parents;
    }

    List<Standing> tags() {
        return tags;
    }

    @Nullable
    Links links() {
        return links;
    }

    void links(Links known) {
        links = known;
    }

    Optional<Standing> standing(Tag tag) {
        for (Standing one : tags) {
            if (one.tag.equals(tag)) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    /** Tells whether that was news. */
    boolean addParent(Digest parent) {
        if (parents.contains(parent)) {
            return false;
        }
        parents = appended(parents, parent);
        return true;
    }

    void add(Standing standing) {
        tags = appended(tags, standing);
    }

    private static <T> List<T> appended(List<T> list, T one) {
        List<T> more = new ArrayList<>(list.subList(Math.max(0, list.size() + 1 - MOST), list.size()));
        more.add(one);
        return List.copyOf(more);
    }

    byte[] toBytes() {
        StringBuilder text = new StringBuilder("1\n");
        parents.forEach(parent -> text.append("p ").append(parent).append('\n'));
        for (Standing one : tags) {
            text.append("t ").append(one.tag).append(' ').append(one.seen);
            text.append(' ').append(one.left).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The node of a record; empty where it is of another version or damaged. */
    static Optional<ReachNode> parse(byte[] bytes) {
        String[] lines = new String(bytes, StandardCharsets.US_ASCII).split("\n");
        if (!lines[0].equals("1")) {
            return Optional.empty();
        }
        List<Digest> parents = new ArrayList<>();
        List<Standing> tags = new ArrayList<>();
        try {
            for (String line : lines) {
                String[] words = line.split(" ");
                if (words[0].equals("p")) {
                    parents.add(Digest.parse(words[1]));
                } else if (words[0].equals("t")) {
                    tags.add(new Standing(new Tag(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3])));
                }
            }
        } catch (RegistryException | ArrayIndexOutOfBoundsException | NumberFormatException e) {
            return Optional.empty();
        }
        return Optional.of(new ReachNode(List.copyOf(parents), List.copyOf(tags)));
    }
}

package io.github.registryproxy.hosted;

import io.github.registryproxy.hosted.Change.BlobLinked;
import io.github.registryproxy.hosted.Change.BlobUnlinked;
import io.github.registryproxy.hosted.Change.ManifestDeleted;
import io.github.registryproxy.hosted.Change.ManifestPut;
import io.github.registryproxy.hosted.Change.TagDeleted;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.Tag;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * One change as a line of text: a checksum, what it is, and its fields, with tabs between them. Absent fields and empty lists are
 * dashes.
 *
 * <pre>{@code
 * 5f8a01c2  blob      sha256:…  1024  1764100000000
 * 9b00cc17  manifest  sha256:…  application/…  512  1764100000000  -  -  sha256:…,sha256:…  -  1.0,latest
 * }</pre>
 */
final class JournalLine {
    private static final String NONE = "-";
    private static final Pattern TAB = Pattern.compile("\t");
    private static final Pattern COMMA = Pattern.compile(",");

    private JournalLine() {}

    /** The line with its end. */
    static byte[] encode(Change change) {
        String text = text(change);
        return (checksum(text) + "\t" + text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The change; empty where the line is damaged. It has no end. */
    static Optional<Change> decode(String line) {
        int tab = line.indexOf('\t');
        if (tab != 8 || !line.substring(0, tab).equals(checksum(line.substring(tab + 1)))) {
            return Optional.empty();
        }
        try {
            return change(TAB.split(line.substring(tab + 1), -1));
        } catch (RegistryException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return Optional.empty(); // of a later version, with a good checksum
        }
    }

    private static String text(Change change) {
        if (change instanceof BlobLinked blob) {
            return fields("blob", blob.digest(), blob.size(), blob.at());
        } else if (change instanceof BlobUnlinked blob) {
            return fields("unblob", blob.digest());
        } else if (change instanceof ManifestDeleted manifest) {
            return fields("unmanifest", manifest.digest());
        } else if (change instanceof TagDeleted tag) {
            return fields("untag", tag.tag());
        }
        ManifestPut put = (ManifestPut) change;
        StoredManifest manifest = put.manifest();
        return fields(
                "manifest",
                put.digest(),
                manifest.type(),
                manifest.size(),
                manifest.pushed(),
                manifest.subject().map(Digest::toString).orElse(NONE),
                manifest.artifactType().map(JournalLine::plain).orElse(NONE),
                list(manifest.blobs()),
                list(manifest.manifests()),
                list(put.tags()));
    }

    private static Optional<Change> change(String[] fields) {
        Change change = switch (fields[0]) {
            case "blob" ->
                new BlobLinked(Digest.parse(fields[1]), Long.parseLong(fields[2]), Long.parseLong(fields[3]));
            case "unblob" -> new BlobUnlinked(Digest.parse(fields[1]));
            case "unmanifest" -> new ManifestDeleted(Digest.parse(fields[1]));
            case "untag" -> new TagDeleted(new Tag(fields[1]));
            case "manifest" ->
                new ManifestPut(
                        Digest.parse(fields[1]),
                        new StoredManifest(
                                new MediaType(fields[2]),
                                Long.parseLong(fields[3]),
                                Long.parseLong(fields[4]),
                                optional(fields[5]).map(Digest::parse),
                                optional(fields[6]),
                                list(fields[7], Digest::parse),
                                list(fields[8], Digest::parse)),
                        list(fields[9], Tag::new));
            default -> null;
        };
        return Optional.ofNullable(change);
    }

    /** Without what would end a field or a line: such an artifact type is none that anybody filters by. */
    private static String plain(String text) {
        return text.chars().anyMatch(Character::isISOControl) || text.equals(NONE) ? NONE : text;
    }

    private static Optional<String> optional(String field) {
        return field.equals(NONE) ? Optional.empty() : Optional.of(field);
    }

    private static String fields(Object... fields) {
        StringBuilder text = new StringBuilder();
        for (Object field : fields) {
            text.append(text.isEmpty() ? "" : "\t").append(field);
        }
        return text.toString();
    }

    private static String list(List<?> elements) {
        return elements.isEmpty()
                ? NONE
                : elements.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    private static <T> List<T> list(String field, Function<String, T> element) {
        return field.equals(NONE)
                ? List.of()
                : COMMA.splitAsStream(field).map(element).toList();
    }

    private static String checksum(String text) {
        CRC32C checksum = new CRC32C();
        checksum.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", checksum.getValue());
    }
}

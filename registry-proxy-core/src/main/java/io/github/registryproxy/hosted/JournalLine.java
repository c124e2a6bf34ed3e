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
import java.util.ArrayList;
import java.util.HexFormat;
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
    private static final int CHECKSUM = 8;
    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern COMMA = Pattern.compile(",");

    private JournalLine() {}

    /** The line with its end. */
    static byte[] encode(Change change) {
        byte[] text = text(change).getBytes(StandardCharsets.UTF_8);
        byte[] line = new byte[CHECKSUM + 1 + text.length + 1];
        byte[] checksum = HEX.toHexDigits(checksum(text, 0, text.length)).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(checksum, 0, line, 0, CHECKSUM);
        line[CHECKSUM] = '\t';
        System.arraycopy(text, 0, line, CHECKSUM + 1, text.length);
        line[line.length - 1] = '\n';
        return line;
    }

    /** The change; empty where the line is damaged. It has no end. */
    static Optional<Change> decode(byte[] buffer, int offset, int length) {
        int at = offset + CHECKSUM + 1;
        int rest = length - CHECKSUM - 1;
        if (rest <= 0 || buffer[at - 1] != '\t') {
            return Optional.empty();
        }
        try {
            String checksum = new String(buffer, offset, CHECKSUM, StandardCharsets.US_ASCII);
            if (HexFormat.fromHexDigits(checksum) != checksum(buffer, at, rest)) {
                return Optional.empty();
            }
            return change(fields(new String(buffer, at, rest, StandardCharsets.UTF_8)));
        } catch (RegistryException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty(); // no checksum; or of a later version, with a good one
        }
    }

    private static List<String> fields(String text) {
        List<String> fields = new ArrayList<>(10);
        int from = 0;
        for (int tab = text.indexOf('\t'); tab >= 0; tab = text.indexOf('\t', from)) {
            fields.add(text.substring(from, tab));
            from = tab + 1;
        }
        fields.add(text.substring(from));
        return fields;
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

    private static Optional<Change> change(List<String> fields) {
        Change change = switch (fields.get(0)) {
            case "blob" ->
                new BlobLinked(
                        Digest.parse(fields.get(1)), Long.parseLong(fields.get(2)), Long.parseLong(fields.get(3)));
            case "unblob" -> new BlobUnlinked(Digest.parse(fields.get(1)));
            case "unmanifest" -> new ManifestDeleted(Digest.parse(fields.get(1)));
            case "untag" -> new TagDeleted(new Tag(fields.get(1)));
            case "manifest" ->
                new ManifestPut(
                        Digest.parse(fields.get(1)),
                        new StoredManifest(
                                new MediaType(fields.get(2)),
                                Long.parseLong(fields.get(3)),
                                Long.parseLong(fields.get(4)),
                                optional(fields.get(5)).map(Digest::parse),
                                optional(fields.get(6)),
                                list(fields.get(7), Digest::parse),
                                list(fields.get(8), Digest::parse)),
                        list(fields.get(9), Tag::new));
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

    private static int checksum(byte[] bytes, int offset, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, offset, length);
        return (int) checksum.getValue();
    }
}

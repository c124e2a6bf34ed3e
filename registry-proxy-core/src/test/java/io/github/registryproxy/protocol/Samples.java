package io.github.registryproxy.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;

/** Values for tables and, by a seeded random, for properties. */
final class Samples {
    static final String HEX = "0123456789abcdef".repeat(4);
    static final Digest SHA256 = Digest.parse("sha256:" + HEX);
    static final Digest SHA512 = Digest.parse("sha512:" + HEX + HEX);
    static final RepositoryName NAME = new RepositoryName("library/app");

    /** Words that also are parts of the API's paths. */
    private static final String[] COMPONENTS = {
        "a",
        "b0",
        "blobs",
        "uploads",
        "manifests",
        "tags",
        "list",
        "referrers",
        "v2",
        "x.y",
        "x__y",
        "x_y",
        "x---y",
        "9"
    };

    private Samples() {}

    /** One operation of each kind. */
    static List<Operation> operations() {
        UploadSession session = new UploadSession("s-1.2_3~4=");
        Page page = new Page(OptionalInt.of(7), Optional.of("old"));
        return List.of(
                new Operation.Ping(),
                new Operation.PullBlob(NAME, SHA256),
                new Operation.PullManifest(NAME, new Tag("v1")),
                new Operation.StartUpload(NAME),
                new Operation.PushBlob(NAME, SHA256),
                new Operation.PushChunk(NAME, session),
                new Operation.FinishUpload(NAME, session, SHA512),
                new Operation.PushManifest(NAME, SHA256, List.of(new Tag("a"), new Tag("b"))),
                new Operation.ListTags(NAME, page),
                new Operation.DeleteManifest(NAME, new Tag("v1")),
                new Operation.DeleteBlob(NAME, SHA512),
                new Operation.MountBlob(NAME, SHA256, Optional.of(new RepositoryName("other/app"))),
                new Operation.ListReferrers(NAME, SHA256, Optional.of("application/x+y; z=\"1\"")),
                new Operation.UploadStatus(NAME, session),
                new Operation.CancelUpload(NAME, session),
                new Operation.Catalog(new Page(OptionalInt.empty(), Optional.of("other/app"))),
                new Operation.Token(
                        List.of(Scope.repository(NAME, "pull", "push"), new Scope("registry", "catalog", List.of("*"))),
                        Optional.of("a service")),
                new Operation.Malformed("/v2/A", ErrorCode.NAME_INVALID.because("no")),
                new Operation.Other("/v2/a/unheard/of"));
    }

    /** The methods by which the operation is asked. */
    static List<String> methods(Operation operation) {
        return switch (operation.getClass().getSimpleName()) {
            case "StartUpload", "PushBlob", "MountBlob" -> List.of("POST");
            case "PushChunk" -> List.of("PATCH");
            case "FinishUpload", "PushManifest" -> List.of("PUT");
            case "DeleteManifest", "DeleteBlob", "CancelUpload" -> List.of("DELETE");
            case "Token" -> List.of("GET", "POST");
            default -> List.of("GET", "HEAD");
        };
    }

    static RepositoryName name(Random random) {
        int components = 1 + random.nextInt(4);
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < components; i++) {
            parts.add(COMPONENTS[random.nextInt(COMPONENTS.length)]);
        }
        return new RepositoryName(String.join("/", parts));
    }

    static Tag tag(Random random) {
        String first = "abcXYZ019_";
        String more = first + ".-";
        StringBuilder tag = new StringBuilder().append(first.charAt(random.nextInt(first.length())));
        for (int i = random.nextInt(Tag.LONGEST); i > 0; i--) {
            tag.append(more.charAt(random.nextInt(more.length())));
        }
        return random.nextInt(4) == 0
                ? new Tag(COMPONENTS[random.nextInt(COMPONENTS.length)])
                : new Tag(tag.toString());
    }

    static Digest digest(Random random) {
        Digest.Algorithm algorithm = Digest.Algorithm.values()[random.nextInt(2)];
        byte[] content = new byte[8];
        random.nextBytes(content);
        return Digest.of(algorithm, content);
    }

    static Reference reference(Random random) {
        return random.nextBoolean() ? tag(random) : digest(random);
    }

    static UploadSession session(Random random) {
        String[] some = {"uploads", "list", "blobs", "manifests", "a=b", "~", "-", "_x.y", "0", "s" + random.nextLong()
        };
        return new UploadSession(some[random.nextInt(some.length)]);
    }

    /** Any text that can be decoded: letters, separators, blanks, controls, beyond ASCII. */
    static String text(Random random) {
        String alphabet = "ab/:&=?#%+ ;,\\\"<>{}|^`~*.\u0000\r\n\u00e9\u20ac\ud83d\ude00";
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            int at = random.nextInt(alphabet.codePointCount(0, alphabet.length()));
            text.appendCodePoint(alphabet.codePointAt(alphabet.offsetByCodePoints(0, at)));
        }
        return text.toString();
    }

    static Page page(Random random) {
        return new Page(
                random.nextBoolean() ? OptionalInt.of(random.nextInt() & Integer.MAX_VALUE) : OptionalInt.empty(),
                random.nextBoolean() ? Optional.of(text(random)) : Optional.empty());
    }

    static Operation operation(Random random) {
        RepositoryName name = name(random);
        return switch (random.nextInt(17)) {
            case 0 -> new Operation.Ping();
            case 1 -> new Operation.PullBlob(name, digest(random));
            case 2 -> new Operation.PullManifest(name, reference(random));
            case 3 -> new Operation.StartUpload(name);
            case 4 -> new Operation.PushBlob(name, digest(random));
            case 5 -> new Operation.PushChunk(name, session(random));
            case 6 -> new Operation.FinishUpload(name, session(random), digest(random));
            case 7 ->
                new Operation.PushManifest(
                        name,
                        reference(random),
                        Stream.generate(() -> tag(random))
                                .limit(random.nextInt(3))
                                .toList());
            case 8 -> new Operation.ListTags(name, page(random));
            case 9 -> new Operation.DeleteManifest(name, reference(random));
            case 10 -> new Operation.DeleteBlob(name, digest(random));
            case 11 ->
                new Operation.MountBlob(
                        name, digest(random), random.nextBoolean() ? Optional.of(name(random)) : Optional.empty());
            case 12 ->
                new Operation.ListReferrers(
                        name, digest(random), random.nextBoolean() ? Optional.of(text(random)) : Optional.empty());
            case 13 -> new Operation.UploadStatus(name, session(random));
            case 14 -> new Operation.CancelUpload(name, session(random));
            case 15 -> new Operation.Catalog(page(random));
            default ->
                new Operation.Token(
                        List.of(Scope.repository(name, "pull"), new Scope("registry", "catalog", List.of("*"))),
                        random.nextBoolean() ? Optional.of(text(random)) : Optional.empty());
        };
    }
}

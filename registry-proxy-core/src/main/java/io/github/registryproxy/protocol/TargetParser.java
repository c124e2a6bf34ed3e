package io.github.registryproxy.protocol;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads a request target. A name is decided by the last segments, since {@code blobs} and {@code manifests} are legal in
 * names; percent escapes, {@code ;}, {@code \} and empty or dot segments are refused, never repaired.
 */
final class TargetParser {
    private static final int LONGEST = 16 * 1024;
    private static final int SHOWN = 256;

    private final String method;
    private final Query query;
    private final List<String> segments;

    private TargetParser(String method, Query query, List<String> segments) {
        this.method = method;
        this.query = query;
        this.segments = segments;
    }

    static Target parse(String method, String requestTarget) {
        int mark = requestTarget.indexOf('?');
        String path = mark < 0 ? requestTarget : requestTarget.substring(0, mark);
        if (requestTarget.length() > LONGEST) {
            return malformed(
                    path,
                    ErrorCode.NAME_INVALID
                            .because("request target is longer than " + LONGEST + " characters")
                            .withStatus(414));
        }
        try {
            Query query = mark < 0 ? Query.EMPTY : Query.parse(requestTarget.substring(mark + 1));
            return parse(method, path, query);
        } catch (RegistryException e) {
            return malformed(path, e.error());
        }
    }

    private static Target parse(String method, String path, Query query) {
        if (path.equals(Operation.Token.PATH) && isOneOf(method, "GET", "POST")) {
            return token(query);
        }
        if (!path.equals("/v2") && !path.startsWith("/v2/")) {
            return outside(path, query);
        }
        if (!isPlain(path)) {
            throw ErrorCode.NAME_INVALID
                    .because("the path has a character that no name, tag, digest or upload has")
                    .asException();
        }
        String below = path.equals("/v2") ? "" : path.substring("/v2/".length());
        List<String> segments = Arrays.asList(below.split("/", -1));
        return new TargetParser(method, query, segments).parse(path);
    }

    private static boolean isPlain(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (!Ascii.isAlnum(c) && "/-._~:=".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Paths that are none of the protocol's pass as they are, as far as they are paths: what does not begin with one slash
     * would name another host once it is put behind an upstream's address.
     */
    private static Target outside(String path, Query query) {
        boolean isPath = path.startsWith("/")
                && !path.startsWith("//")
                && path.chars().allMatch(c -> Ascii.isVisible((char) c) && c != '\\' && c != '#');
        if (!isPath) {
            throw ErrorCode.NAME_INVALID
                    .because("a request target is a path, of visible ASCII characters other than '\\' and '#'")
                    .asException();
        }
        List<String> segments = Arrays.asList(path.split("/"));
        if (path.contains("//") || segments.contains(".") || segments.contains("..")) {
            throw untidy();
        }
        return new Target(new Operation.Other(path), query);
    }

    private static Target token(Query query) {
        List<Scope> scopes = query.all("scope").stream()
                .flatMap(value -> Scope.parseAll(value).stream())
                .toList();
        return new Target(
                new Operation.Token(scopes, query.first("service")),
                query.without(Set.of("scope", "service")::contains));
    }

    private Target parse(String path) {
        if (segments.size() == 1 && segments.get(0).isEmpty()) {
            return isRead() ? rest(new Operation.Ping()) : other(path);
        }
        if (segments.size() == 1 && segments.get(0).equals("_catalog")) {
            return isRead() ? rest(new Operation.Catalog(page()), "n", "last") : other(path);
        }
        int n = segments.size();
        if (endsWith("tags", "list")) {
            RepositoryName name = name(n - 2);
            return isRead() ? rest(new Operation.ListTags(name, page()), "n", "last") : other(path);
        }
        if (endsWith("blobs", "uploads") || (n > 2 && last(0).isEmpty() && is(1, "uploads") && is(2, "blobs"))) {
            return upload(path, name(last(0).isEmpty() ? n - 3 : n - 2));
        }
        if (n > 3 && is(1, "uploads") && is(2, "blobs")) {
            return inUpload(path, name(n - 3), new UploadSession(last(0)));
        }
        if (n > 2 && is(1, "manifests")) {
            return manifest(path, name(n - 2), Reference.parse(last(0)));
        }
        if (n > 2 && is(1, "blobs")) {
            return blob(path, name(n - 2), Digest.parse(last(0)));
        }
        if (n > 2 && is(1, "referrers")) {
            RepositoryName name = name(n - 2);
            Digest digest = Digest.parse(last(0));
            return isRead()
                    ? rest(new Operation.ListReferrers(name, digest, query.first("artifactType")), "artifactType")
                    : other(path);
        }
        return unknown(path);
    }

    private Target manifest(String path, RepositoryName name, Reference reference) {
        return switch (method) {
            case "GET", "HEAD" -> rest(new Operation.PullManifest(name, reference));
            case "PUT" -> rest(new Operation.PushManifest(name, reference, tags()), "tag");
            case "DELETE" -> rest(new Operation.DeleteManifest(name, reference));
            default -> other(path);
        };
    }

    private Target blob(String path, RepositoryName name, Digest digest) {
        return switch (method) {
            case "GET", "HEAD" -> rest(new Operation.PullBlob(name, digest));
            case "DELETE" -> rest(new Operation.DeleteBlob(name, digest));
            default -> other(path);
        };
    }

    private Target upload(String path, RepositoryName name) {
        if (!method.equals("POST")) {
            return other(path);
        }
        Optional<Digest> mount = query.first("mount").map(Digest::parse);
        if (mount.isPresent()) {
            Optional<RepositoryName> from = query.first("from").map(RepositoryName::new);
            return rest(new Operation.MountBlob(name, mount.get(), from), "mount", "from");
        }
        Optional<Digest> digest = query.first("digest").map(Digest::parse);
        return digest.isPresent()
                ? rest(new Operation.PushBlob(name, digest.get()), "digest")
                : rest(new Operation.StartUpload(name));
    }

    private Target inUpload(String path, RepositoryName name, UploadSession session) {
        return switch (method) {
            case "GET", "HEAD" -> rest(new Operation.UploadStatus(name, session));
            case "PATCH" -> rest(new Operation.PushChunk(name, session));
            case "PUT" -> rest(new Operation.FinishUpload(name, session, finalDigest()), "digest");
            case "DELETE" -> rest(new Operation.CancelUpload(name, session));
            default -> other(path);
        };
    }

    private Digest finalDigest() {
        return query.first("digest")
                .map(Digest::parse)
                .orElseThrow(() -> ErrorCode.DIGEST_INVALID
                        .because("a PUT that ends an upload names the blob's digest: ?digest=sha256:...")
                        .asException());
    }

    private List<Tag> tags() {
        return query.all("tag").stream().map(Tag::new).collect(Collectors.toUnmodifiableList());
    }

    private Page page() {
        Optional<String> n = query.first("n");
        return new Page(n.map(Page::parseN).orElse(Page.FIRST.n()), query.first("last"));
    }

    private RepositoryName name(int segmentCount) {
        return new RepositoryName(String.join("/", segments.subList(0, segmentCount)));
    }

    private boolean endsWith(String secondLast, String last) {
        return segments.size() > 2 && is(1, secondLast) && is(0, last);
    }

    private boolean is(int fromEnd, String word) {
        return last(fromEnd).equals(word);
    }

    private String last(int fromEnd) {
        return segments.get(segments.size() - 1 - fromEnd);
    }

    private boolean isRead() {
        return isOneOf(method, "GET", "HEAD");
    }

    private static boolean isOneOf(String method, String... methods) {
        return Arrays.asList(methods).contains(method);
    }

    private Target rest(Operation operation, String... owned) {
        return new Target(operation, query.isEmpty() ? query : query.without(Set.of(owned)::contains));
    }

    /** Not ours; but no path either that somebody behind us might tidy up to one of ours. */
    private Target unknown(String path) {
        if (segments.contains("") || segments.contains(".") || segments.contains("..")) {
            throw untidy();
        }
        return other(path);
    }

    private static RegistryException untidy() {
        return ErrorCode.NAME_INVALID
                .because("the path has an empty or a dot segment")
                .asException();
    }

    private Target other(String path) {
        return new Target(new Operation.Other(path), query);
    }

    private static Target malformed(String path, RegistryError error) {
        StringBuilder shown = new StringBuilder();
        path.chars().limit(SHOWN).forEach(c -> shown.append(Ascii.isVisible((char) c) ? (char) c : '?'));
        return Target.of(new Operation.Malformed(shown.toString(), error));
    }
}

package io.github.registryproxy.protocol;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a request means: the endpoints of the distribution specification (end-1 to end-14), the catalog, the token
 * endpoint, and what is neither.
 *
 * <p>HEAD is no operation of its own: same meaning, same rights, no body. What every policy asks is a method here; the
 * rest is {@code instanceof} with a pattern. A policy that must decide about all of them walks {@link
 * Class#getPermittedSubclasses()} in a test.
 */
public sealed interface Operation {
    /** What the operation does to the registry. */
    Access access();

    /** The path it is asked at, without query; what {@link Target#parse} makes the same operation from. */
    String path();

    /** The query fields that belong to the operation. */
    default Query query() {
        return Query.EMPTY;
    }

    /** What a token must grant, the operation's own repository first; empty where none is needed. */
    default List<Scope> scopes() {
        return List.of();
    }

    /** With every repository name in it mapped; the function may refuse one by a {@link RegistryException}. */
    default Operation mapNames(UnaryOperator<RepositoryName> f) {
        return this;
    }

    /** An operation on one repository. */
    sealed interface InRepository extends Operation {
        RepositoryName repository();

        @Override
        default List<Scope> scopes() {
            return List.of(
                    switch (access()) {
                        case PUSH -> Scope.repository(repository(), "pull", "push");
                        case DELETE -> Scope.repository(repository(), "delete");
                        default -> Scope.repository(repository(), "pull");
                    });
        }
    }

    /** An operation that reads one repository. */
    sealed interface Pull extends InRepository {
        @Override
        default Access access() {
            return Access.PULL;
        }
    }

    /** An operation that adds to one repository. */
    sealed interface Push extends InRepository {
        @Override
        default Access access() {
            return Access.PUSH;
        }
    }

    /** An operation that takes away from one repository. */
    sealed interface Delete extends InRepository {
        @Override
        default Access access() {
            return Access.DELETE;
        }
    }

    /** An operation on one upload session. */
    sealed interface InUpload extends Push {
        UploadSession session();

        @Override
        default String path() {
            return "/v2/" + repository() + "/blobs/uploads/" + session();
        }
    }

    /** end-1: does the registry speak this protocol, and who may ask. */
    record Ping() implements Operation {
        @Override
        public Access access() {
            return Access.NONE;
        }

        @Override
        public String path() {
            return "/v2/";
        }
    }

    /** end-2: the bytes of a blob. */
    record PullBlob(RepositoryName repository, Digest digest) implements Pull {
        @Override
        public String path() {
            return "/v2/" + repository + "/blobs/" + digest;
        }

        @Override
        public PullBlob mapNames(UnaryOperator<RepositoryName> f) {
            return new PullBlob(f.apply(repository), digest);
        }
    }

    /** end-3: a manifest or an index. */
    record PullManifest(RepositoryName repository, Reference reference) implements Pull {
        @Override
        public String path() {
            return "/v2/" + repository + "/manifests/" + reference;
        }

        @Override
        public PullManifest mapNames(UnaryOperator<RepositoryName> f) {
            return new PullManifest(f.apply(repository), reference);
        }
    }

    /** end-4a, end-4c: begins an upload. */
    record StartUpload(RepositoryName repository) implements Push {
        @Override
        public String path() {
            return "/v2/" + repository + "/blobs/uploads/";
        }

        @Override
        public StartUpload mapNames(UnaryOperator<RepositoryName> f) {
            return new StartUpload(f.apply(repository));
        }
    }

    /** end-4b: a whole blob in one request. */
    record PushBlob(RepositoryName repository, Digest digest) implements Push {
        @Override
        public String path() {
            return "/v2/" + repository + "/blobs/uploads/";
        }

        @Override
        public Query query() {
            return Query.EMPTY.and("digest", digest.toString());
        }

        @Override
        public PushBlob mapNames(UnaryOperator<RepositoryName> f) {
            return new PushBlob(f.apply(repository), digest);
        }
    }

    /** end-5: the next bytes of an upload. */
    record PushChunk(RepositoryName repository, UploadSession session) implements InUpload {
        @Override
        public PushChunk mapNames(UnaryOperator<RepositoryName> f) {
            return new PushChunk(f.apply(repository), session);
        }
    }

    /** end-6: ends an upload, with its last bytes or none. */
    record FinishUpload(RepositoryName repository, UploadSession session, Digest digest) implements InUpload {
        @Override
        public Query query() {
            return Query.EMPTY.and("digest", digest.toString());
        }

        @Override
        public FinishUpload mapNames(UnaryOperator<RepositoryName> f) {
            return new FinishUpload(f.apply(repository), session, digest);
        }
    }

    /** end-7a, and end-7b of the specification's next version with several {@code tag} fields. */
    record PushManifest(RepositoryName repository, Reference reference, List<Tag> tags) implements Push {
        public PushManifest {
            tags = List.copyOf(tags);
        }

        @Override
        public String path() {
            return "/v2/" + repository + "/manifests/" + reference;
        }

        @Override
        public Query query() {
            Query query = Query.EMPTY;
            for (Tag tag : tags) {
                query = query.and("tag", tag.value());
            }
            return query;
        }

        @Override
        public PushManifest mapNames(UnaryOperator<RepositoryName> f) {
            return new PushManifest(f.apply(repository), reference, tags);
        }
    }

    /** end-8: the tags of a repository, in pages. */
    record ListTags(RepositoryName repository, Page page) implements Pull {
        @Override
        public String path() {
            return "/v2/" + repository + "/tags/list";
        }

        @Override
        public Query query() {
            return pageQuery(page);
        }

        @Override
        public ListTags mapNames(UnaryOperator<RepositoryName> f) {
            return new ListTags(f.apply(repository), page);
        }
    }

    /** end-9: takes a tag or a manifest away. */
    record DeleteManifest(RepositoryName repository, Reference reference) implements Delete {
        @Override
        public String path() {
            return "/v2/" + repository + "/manifests/" + reference;
        }

        @Override
        public DeleteManifest mapNames(UnaryOperator<RepositoryName> f) {
            return new DeleteManifest(f.apply(repository), reference);
        }
    }

    /** end-10: takes a blob away. */
    record DeleteBlob(RepositoryName repository, Digest digest) implements Delete {
        @Override
        public String path() {
            return "/v2/" + repository + "/blobs/" + digest;
        }

        @Override
        public DeleteBlob mapNames(UnaryOperator<RepositoryName> f) {
            return new DeleteBlob(f.apply(repository), digest);
        }
    }

    /** end-11: takes a blob over from another repository, or begins an upload where that cannot be done. */
    record MountBlob(RepositoryName repository, Digest digest, Optional<RepositoryName> from) implements Push {
        @Override
        public String path() {
            return "/v2/" + repository + "/blobs/uploads/";
        }

        @Override
        public Query query() {
            Query query = Query.EMPTY.and("mount", digest.toString());
            return from.map(name -> query.and("from", name.value())).orElse(query);
        }

        @Override
        public List<Scope> scopes() {
            Scope own = Scope.repository(repository, "pull", "push");
            return from.filter(name -> !name.equals(repository))
                    .map(name -> List.of(own, Scope.repository(name, "pull")))
                    .orElse(List.of(own));
        }

        @Override
        public MountBlob mapNames(UnaryOperator<RepositoryName> f) {
            return new MountBlob(f.apply(repository), digest, from.map(f));
        }
    }

    /** end-12a, end-12b: what refers to a manifest. */
    record ListReferrers(RepositoryName repository, Digest digest, Optional<String> artifactType) implements Pull {
        @Override
        public String path() {
            return "/v2/" + repository + "/referrers/" + digest;
        }

        @Override
        public Query query() {
            return artifactType
                    .map(type -> Query.EMPTY.and("artifactType", type))
                    .orElse(Query.EMPTY);
        }

        @Override
        public ListReferrers mapNames(UnaryOperator<RepositoryName> f) {
            return new ListReferrers(f.apply(repository), digest, artifactType);
        }
    }

    /** end-13: how far an upload has come. */
    record UploadStatus(RepositoryName repository, UploadSession session) implements InUpload {
        @Override
        public UploadStatus mapNames(UnaryOperator<RepositoryName> f) {
            return new UploadStatus(f.apply(repository), session);
        }
    }

    /** end-14: gives an upload up. */
    record CancelUpload(RepositoryName repository, UploadSession session) implements InUpload {
        @Override
        public CancelUpload mapNames(UnaryOperator<RepositoryName> f) {
            return new CancelUpload(f.apply(repository), session);
        }
    }

    /** Outside the specification, in the distribution project's API: the repositories of the registry, in pages. */
    record Catalog(Page page) implements Operation {
        @Override
        public Access access() {
            return Access.CATALOG;
        }

        @Override
        public String path() {
            return "/v2/_catalog";
        }

        @Override
        public Query query() {
            return pageQuery(page);
        }

        @Override
        public List<Scope> scopes() {
            return List.of(new Scope("registry", "catalog", List.of("*")));
        }

        @Override
        public Catalog mapNames(UnaryOperator<RepositoryName> f) {
            return new Catalog(
                    page.withLast(page.last().map(RepositoryName::new).map(f).map(RepositoryName::value)));
        }
    }

    /** This project's token endpoint: the realm that clients are shown. By POST the fields are in the body, not here. */
    record Token(List<Scope> asked, Optional<String> service) implements Operation {
        public static final String PATH = "/_token";

        public Token {
            asked = List.copyOf(asked);
        }

        @Override
        public Access access() {
            return Access.NONE;
        }

        @Override
        public String path() {
            return PATH;
        }

        @Override
        public Query query() {
            Query query = service.map(s -> Query.EMPTY.and("service", s)).orElse(Query.EMPTY);
            for (Scope scope : asked) {
                query = query.and("scope", scope.toString());
            }
            return query;
        }

        @Override
        public Token mapNames(UnaryOperator<RepositoryName> f) {
            return new Token(asked.stream().map(scope -> scope.mapName(f)).toList(), service);
        }
    }

    /**
     * Asked at a path or with a query outside the grammar: passes the log and is refused before any upstream.
     *
     * @param path its beginning, for people: at most 256 characters, those that are not visible ASCII as question marks
     */
    record Malformed(String path, RegistryError error) implements Operation {
        @Override
        public Access access() {
            return Access.NONE;
        }
    }

    /** A path, or a method at a path, that this library does not know. */
    record Other(String path) implements Operation {
        @Override
        public Access access() {
            return Access.UNKNOWN;
        }
    }

    private static Query pageQuery(Page page) {
        Query query = page.n().isPresent()
                ? Query.EMPTY.and("n", Integer.toString(page.n().getAsInt()))
                : Query.EMPTY;
        return page.last().map(last -> query.and("last", last)).orElse(query);
    }
}

package io.github.registryproxy.testing;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Query;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which operation is answered how. */
final class FakeOperations {
    private static final Pattern FOREIGN = Pattern.compile("/artifacts-uploads/namespaces/(.+)/uploads/([a-z0-9]+)");

    volatile URI origin = URI.create("http://registry.test");
    volatile URI cdn = URI.create("http://cdn.test");

    private final FakeContent content;
    private final FakeUploads uploads;
    private final Set<Quirk> quirks;
    private final FakePulls pulls;
    private final FakeLists lists;

    FakeOperations(FakeContent content, FakeUploads uploads, Set<Quirk> quirks) {
        this.content = content;
        this.uploads = uploads;
        this.quirks = quirks;
        this.pulls = new FakePulls(content, quirks);
        this.lists = new FakeLists(content, quirks);
    }

    RegistryResponse handle(RegistryRequest request) throws IOException {
        Operation operation = request.operation();
        if (operation instanceof Operation.Ping) {
            return RegistryResponse.of(
                    200,
                    Headers.of(HeaderNames.CONTENT_TYPE, MediaType.JSON.value()),
                    Body.of("{}".getBytes(StandardCharsets.UTF_8)));
        } else if (operation instanceof Operation.PullManifest pull) {
            return pulls.manifest(request, pull);
        } else if (operation instanceof Operation.PullBlob pull) {
            return pulls.blob(request, pull, cdn);
        } else if (operation instanceof Operation.ListReferrers list) {
            return pulls.referrers(list);
        } else if (operation instanceof Operation.ListTags list) {
            return lists.tags(list);
        } else if (operation instanceof Operation.Catalog catalog) {
            return lists.catalog(catalog);
        } else if (operation instanceof Operation.PushManifest push) {
            return pushManifest(request, push);
        } else if (operation instanceof Operation.DeleteManifest delete) {
            boolean gone = deletable(delete.repository()).delete(delete.reference());
            return deleted(gone, ErrorCode.MANIFEST_UNKNOWN);
        } else if (operation instanceof Operation.DeleteBlob delete) {
            boolean gone = deletable(delete.repository()).blobs.remove(delete.digest()) != null;
            return deleted(gone, ErrorCode.BLOB_UNKNOWN);
        } else if (operation instanceof Operation.StartUpload start) {
            return begin(request, start.repository());
        } else if (operation instanceof Operation.PushBlob push) {
            return pushBlob(request, push);
        } else if (operation instanceof Operation.MountBlob mount) {
            return mount(request, mount);
        } else if (operation instanceof Operation.InUpload upload) {
            return inUpload(request, upload.repository(), upload.session().value(), operation);
        } else if (operation instanceof Operation.Malformed malformed) {
            throw malformed.error().asException();
        }
        return other(request, operation.path());
    }

    private RegistryResponse other(RegistryRequest request, String path) throws IOException {
        Matcher foreign = FOREIGN.matcher(path);
        if (quirks.contains(Quirk.FOREIGN_UPLOADS) && foreign.matches()) {
            return inUpload(request, new RepositoryName(foreign.group(1)), foreign.group(2), request.operation());
        }
        if (path.startsWith(FakePulls.CDN)) {
            return pulls.fromCdn(request, path.substring(FakePulls.CDN.length()));
        }
        throw ErrorCode.UNSUPPORTED.because("no such endpoint").withStatus(404).asException();
    }

    private RegistryResponse begin(RegistryRequest request, RepositoryName repository) {
        FakeUploads.Upload upload = uploads.begin(repository);
        return uploads.status(202, upload, location(request, upload));
    }

    private RegistryResponse pushBlob(RegistryRequest request, Operation.PushBlob push) throws IOException {
        if (quirks.contains(Quirk.NO_SINGLE_POST)) {
            return begin(request, push.repository());
        }
        byte[] blob = request.body().readAll(FakeRegistry.LARGEST_BLOB);
        if (!push.digest().matches(blob)) {
            throw ErrorCode.DIGEST_INVALID
                    .because("provided digest did not match uploaded content")
                    .asException();
        }
        return stored(request, push.repository(), push.digest(), blob);
    }

    private RegistryResponse mount(RegistryRequest request, Operation.MountBlob mount) {
        Optional<byte[]> blob = mount.from().flatMap(from -> content.blob(from, mount.digest()));
        if (blob.isEmpty() || quirks.contains(Quirk.NO_MOUNT)) {
            return begin(request, mount.repository());
        }
        return stored(request, mount.repository(), mount.digest(), blob.get());
    }

    /** By method, since uploads of another shape have operations that say nothing. */
    private RegistryResponse inUpload(
            RegistryRequest request, RepositoryName repository, String session, Operation operation)
            throws IOException {
        FakeUploads.Upload upload = uploads.get(repository, session, request);
        String location = location(request, upload);
        switch (request.method()) {
            case "GET", "HEAD":
                return uploads.status(204, upload, location);
            case "PATCH":
                return uploads.append(upload, request, location);
            case "DELETE":
                uploads.end(upload);
                return RegistryResponse.of(204);
            case "PUT":
                Digest digest = operation instanceof Operation.FinishUpload finish
                        ? finish.digest()
                        : Digest.parse(request.target().rest().first("digest").orElse(""));
                return uploads.finish(upload, request, digest)
                        .map(blob -> stored(request, repository, digest, blob))
                        .orElseGet(() -> uploads.outOfOrder(upload, location));
            default:
                throw ErrorCode.UNSUPPORTED.because("no such endpoint").asException();
        }
    }

    private RegistryResponse stored(RegistryRequest request, RepositoryName repository, Digest digest, byte[] blob) {
        content.create(repository).blobs.put(digest, blob);
        return created(request, new Operation.PullBlob(repository, digest), digest);
    }

    private RegistryResponse pushManifest(RegistryRequest request, Operation.PushManifest push) throws IOException {
        byte[] json = request.body().readAll(FakeRegistry.LARGEST_MANIFEST);
        Digest digest = push.reference() instanceof Digest given ? given : Digest.of(Digest.Algorithm.SHA256, json);
        if (!digest.matches(json)) {
            throw ErrorCode.DIGEST_INVALID
                    .because("provided digest did not match uploaded content")
                    .asException();
        }
        ManifestContent meaning = ManifestContent.parse(json);
        FakeRepository repository = content.create(push.repository());
        if (!repository.blobs.keySet().containsAll(meaning.blobs())
                || !repository.manifests().keySet().containsAll(meaning.children())) {
            throw ErrorCode.MANIFEST_BLOB_UNKNOWN
                    .because("blob unknown to registry")
                    .asException();
        }
        MediaType type =
                new MediaType(request.headers().first(HeaderNames.CONTENT_TYPE).orElse(MediaType.OCI_MANIFEST.value()));
        content.addManifest(push.repository(), digest, type, json);
        if (push.reference() instanceof Tag tag) {
            repository.tag(tag, digest);
        }
        RegistryResponse response =
                created(request, new Operation.PullManifest(push.repository(), push.reference()), digest);
        if (meaning.subject().isPresent() && !quirks.contains(Quirk.NO_REFERRERS_API)) {
            String subject = meaning.subject().get().toString();
            response = response.mapHeaders(h -> h.and(HeaderNames.OCI_SUBJECT, subject));
        }
        for (Tag tag : push.tags()) {
            repository.tag(tag, digest);
            response = response.mapHeaders(h -> h.and("OCI-Tag", tag.value()));
        }
        return response;
    }

    private RegistryResponse created(RegistryRequest request, Operation pull, Digest digest) {
        return RegistryResponse.of(
                201,
                Headers.of(
                        HeaderNames.LOCATION, location(request, pull.path()),
                        HeaderNames.DOCKER_CONTENT_DIGEST, digest.toString()),
                Body.empty());
    }

    private FakeRepository deletable(RepositoryName repository) {
        if (quirks.contains(Quirk.NO_DELETE)) {
            throw ErrorCode.UNSUPPORTED.because("the operation is unsupported").asException();
        }
        return content.get(repository);
    }

    private static RegistryResponse deleted(boolean gone, ErrorCode otherwise) {
        if (!gone) {
            throw otherwise.because("unknown to registry").asException();
        }
        return RegistryResponse.of(202);
    }

    private String location(RegistryRequest request, FakeUploads.Upload upload) {
        String state = "?" + Query.EMPTY.and("_state", upload.state()).render();
        if (quirks.contains(Quirk.FOREIGN_UPLOADS)) {
            return origin + "/artifacts-uploads/namespaces/" + upload.repository + "/uploads/" + upload.id + state;
        }
        return location(request, "/v2/" + upload.repository + "/blobs/uploads/" + upload.id + state);
    }

    private String location(RegistryRequest request, String path) {
        if (quirks.contains(Quirk.ABSOLUTE_LOCATIONS)) {
            return origin + path;
        }
        if (quirks.contains(Quirk.RELATIVE_LOCATIONS)) {
            long up = request.operation().path().chars().filter(c -> c == '/').count() - 1;
            return "../".repeat((int) up) + path.substring(1);
        }
        return path;
    }
}

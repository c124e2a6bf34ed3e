package io.github.registryproxy.hosted;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.PushedManifest;
import io.github.registryproxy.document.PushedManifest.Named;
import io.github.registryproxy.hosted.Change.ManifestPut;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.PushManifest;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.Tag;
import io.github.registryproxy.store.DamagedContentException;
import io.github.registryproxy.store.StoredContent;
import io.github.registryproxy.store.Upload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Lock;

/** Answers end-7a and end-7b: "Pushing manifests". The bytes are kept as they came. */
final class ManifestPushes {
    /** Whose uploads manifests are on their way; no repository has such a name. */
    private static final String UPLOADS = "";

    private final HostedStore store;
    private final Storing storing;
    private final Quota quota;
    private final ManifestLimits limits;

    ManifestPushes(HostedStore store, Storing storing, Quota quota, ManifestLimits limits) {
        this.store = store;
        this.storing = storing;
        this.quota = quota;
        this.limits = limits;
    }

    RegistryResponse push(RegistryRequest request, PushManifest push) throws IOException {
        byte[] json = request.body().readAll(limits.largest());
        Digest digest = push.reference() instanceof Digest given ? given : Digest.of(Digest.Algorithm.SHA256, json);
        if (!digest.matches(json)) {
            throw ErrorCode.DIGEST_INVALID
                    .because("provided digest did not match uploaded content")
                    .asException();
        }
        PushedManifest manifest = PushedManifest.parse(json);
        StoredManifest stored = new StoredManifest(
                type(request, manifest),
                json.length,
                store.now(),
                manifest.subject(),
                manifest.artifactType(),
                manifest.blobs().stream().map(Named::digest).distinct().toList(),
                manifest.manifests().stream().map(Named::digest).distinct().toList());
        List<Tag> tags = new ArrayList<>(push.tags());
        if (push.reference() instanceof Tag tag) {
            tags.add(tag);
        }
        quota.check(push.repository(), json.length);
        store(push, digest, json, manifest, new ManifestPut(digest, stored, tags));
        return created(push, digest, manifest);
    }

    /** The document's own word counts; a field that contradicts it would make two readers see two things. */
    private static MediaType type(RegistryRequest request, PushedManifest manifest) {
        MediaType said = request.headers()
                .first(HeaderNames.CONTENT_TYPE)
                .map(MediaType::new)
                .or(manifest::mediaType)
                .orElseThrow(() -> ErrorCode.MANIFEST_INVALID
                        .because("neither Content-Type nor mediaType says what this is")
                        .asException());
        boolean legal = !said.value().isEmpty()
                && said.value().length() <= 255
                && said.value().chars().noneMatch(c -> c <= ' ' || c >= 0x7f);
        if (!legal || manifest.mediaType().filter(own -> !own.equals(said)).isPresent()) {
            throw ErrorCode.MANIFEST_INVALID
                    .because("Content-Type contradicts the manifest's mediaType")
                    .asException();
        }
        return said;
    }

    private void store(PushManifest push, Digest digest, byte[] json, PushedManifest manifest, ManifestPut put)
            throws IOException {
        Lock lock = store.references().lock(digest);
        lock.lock();
        try {
            storing.write(() -> store.change(push.repository(), repository -> {
                checkNamed(repository, manifest);
                for (Tag tag : put.tags()) {
                    checkMoves(repository, tag, digest);
                }
                write(digest, json);
                repository.change(List.of(put), store.now());
                return true;
            }));
        } finally {
            lock.unlock();
        }
    }

    private void checkNamed(Repository repository, PushedManifest manifest) {
        if (limits.missing() == MissingContent.ACCEPTED) {
            return;
        }
        for (Named blob : manifest.blobs()) {
            OptionalLong size = repository.use(blob.digest(), store.now());
            if (size.isEmpty() && !blob.elsewhere()) {
                throw missing("blob", blob.digest());
            }
            checkSize(blob, size);
        }
        for (Named child : manifest.manifests()) {
            StoredManifest found = repository.manifests().get(child.digest());
            if (found != null) {
                checkSize(child, OptionalLong.of(found.size()));
            } else if (limits.missing() != MissingContent.SPARSE_INDEXES) {
                throw missing("manifest", child.digest());
            }
        }
    }

    private static void checkSize(Named named, OptionalLong size) {
        if (size.isPresent()
                && named.size().isPresent()
                && size.getAsLong() != named.size().getAsLong()) {
            throw ErrorCode.MANIFEST_INVALID
                    .because("the manifest says that " + named.digest() + " has "
                            + named.size().getAsLong() + " bytes, and it has " + size.getAsLong())
                    .asException();
        }
    }

    private static RegistryException missing(String what, Digest digest) {
        return ErrorCode.MANIFEST_BLOB_UNKNOWN
                .because("the manifest names a " + what + " that is not in the repository: " + digest)
                .asException();
    }

    private void checkMoves(Repository repository, Tag tag, Digest digest) {
        Digest before = repository.tags().get(tag);
        if (before != null && !before.equals(digest) && limits.immutable().test(repository.name(), tag)) {
            throw immutable(tag);
        }
    }

    static RegistryException immutable(Tag tag) {
        return ErrorCode.DENIED
                .because("the tag " + tag + " is immutable: it stands for what it was pushed as")
                .asException();
    }

    /** Under the content's lock, so that no collection takes it before it is named. */
    private void write(Digest digest, byte[] json) throws IOException {
        if (isStored(digest, json)) {
            return;
        }
        try (Upload upload = store.uploads().start(UPLOADS)) {
            try {
                upload.append(ByteBuffer.wrap(json));
                upload.commit(digest);
            } catch (IOException e) {
                upload.discardAfter(e);
                throw e;
            }
        }
        store.references().found(digest, store.now());
    }

    /** Whether the disk has it; what is there and damaged is replaced. */
    private boolean isStored(Digest digest, byte[] json) throws IOException {
        Optional<StoredContent> found = store.content().open(digest);
        if (found.isEmpty()) {
            return false;
        }
        try (StoredContent stored = found.get()) {
            return stored.size() == json.length
                    && Arrays.equals(json, stored.body(0, json.length).readAll(json.length));
        } catch (DamagedContentException e) {
            return false;
        }
    }

    private static RegistryResponse created(PushManifest push, Digest digest, PushedManifest manifest) {
        Headers headers = Headers.of(
                HeaderNames.LOCATION,
                new Operation.PullManifest(push.repository(), digest).path(),
                HeaderNames.DOCKER_CONTENT_DIGEST,
                digest.toString());
        if (manifest.subject().isPresent()) {
            headers = headers.and(
                    HeaderNames.OCI_SUBJECT, manifest.subject().get().toString());
        }
        for (Tag tag : push.tags()) {
            headers = headers.and("OCI-Tag", tag.value());
        }
        return RegistryResponse.of(201, headers, Body.empty());
    }
}

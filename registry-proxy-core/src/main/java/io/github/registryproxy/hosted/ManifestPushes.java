package io.github.registryproxy.hosted;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.Descriptor;
import io.github.registryproxy.document.Manifest;
import io.github.registryproxy.document.ManifestRefusedException;
import io.github.registryproxy.hosted.Change.ManifestPut;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.PushManifest;
import io.github.registryproxy.protocol.RegistryError;
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
        Manifest manifest = read(json);
        StoredManifest stored = new StoredManifest(
                type(request, manifest),
                json.length,
                store.now(),
                manifest.subject().map(Descriptor::digest),
                manifest.referrerType(),
                List.copyOf(manifest.contentDigests()),
                List.copyOf(manifest.manifestDigests()));
        List<Tag> tags = new ArrayList<>(push.tags());
        if (push.reference() instanceof Tag tag) {
            tags.add(tag);
        }
        quota.check(push.repository(), json.length);
        store(push, digest, json, manifest, new ManifestPut(digest, stored, tags));
        return created(push, digest, manifest);
    }

    /** Schema 1 has no subject, no media types and no way to say what it is under a digest: it is refused with the rest. */
    private static Manifest read(byte[] json) {
        try {
            Manifest manifest = Manifest.read(json);
            if (manifest.kind() == Manifest.Kind.SCHEMA1) {
                throw invalid("schema 1 is not taken: push it by a client of this decade");
            }
            return manifest;
        } catch (ManifestRefusedException e) {
            throw new RegistryException(error(String.valueOf(e.getMessage())), e);
        }
    }

    /** The document's own word counts; a field that contradicts it would make two readers see two things. */
    private static MediaType type(RegistryRequest request, Manifest manifest) {
        MediaType said = request.headers()
                .first(HeaderNames.CONTENT_TYPE)
                .map(MediaType::new)
                .or(manifest::mediaType)
                .orElseThrow(() -> invalid("neither Content-Type nor mediaType says what it is"));
        if (manifest.mediaType().filter(own -> !own.equals(said)).isPresent() || !manifest.agreesWith(said)) {
            throw invalid("its Content-Type contradicts it");
        }
        if (!said.isManifestSafe()) {
            throw invalid("its type is not application/json or application/...+json");
        }
        return said;
    }

    private static RegistryException invalid(String why) {
        return error(why).asException();
    }

    private static RegistryError error(String why) {
        return ErrorCode.MANIFEST_INVALID.because("the manifest is refused: " + why);
    }

    private void store(PushManifest push, Digest digest, byte[] json, Manifest manifest, ManifestPut put)
            throws IOException {
        Lock lock = store.references().lock(digest);
        lock.lock();
        try {
            storing.write(() -> store.change(push.repository(), repository -> {
                new NamedContentCheck(repository, limits.missing(), store.now()).check(manifest);
                for (Tag tag : put.tags()) {
                    limits.immutable().checkMove(repository, tag, digest);
                }
                checkType(repository, put);
                write(digest, json);
                repository.change(List.of(put), store.now());
                return true;
            }));
        } finally {
            lock.unlock();
        }
    }

    /** The same bytes under another type are another thing to clients. */
    private void checkType(Repository repository, ManifestPut put) {
        StoredManifest before = repository.manifests().get(put.digest());
        if (before != null && !before.type().equals(put.manifest().type())) {
            limits.immutable().checkChange(repository, put.digest());
        }
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

    private static RegistryResponse created(PushManifest push, Digest digest, Manifest manifest) {
        Headers headers = Headers.of(
                HeaderNames.LOCATION,
                new Operation.PullManifest(push.repository(), digest).path(),
                HeaderNames.DOCKER_CONTENT_DIGEST,
                digest.toString());
        if (manifest.subject().isPresent()) {
            headers = headers.and(
                    HeaderNames.OCI_SUBJECT, manifest.subject().get().digest().toString());
        }
        for (Tag tag : push.tags()) {
            headers = headers.and("OCI-Tag", tag.value());
        }
        return RegistryResponse.of(201, headers, Body.empty());
    }
}

package io.github.registryproxy.hosted;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.hosted.Change.BlobLinked;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.CancelUpload;
import io.github.registryproxy.protocol.Operation.FinishUpload;
import io.github.registryproxy.protocol.Operation.MountBlob;
import io.github.registryproxy.protocol.Operation.PushBlob;
import io.github.registryproxy.protocol.Operation.PushChunk;
import io.github.registryproxy.protocol.Operation.UploadStatus;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.UploadSession;
import io.github.registryproxy.store.Upload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Lock;

/**
 * Answers end-4a to end-6, end-11, end-13 and end-14: "Pushing blobs", in one request, in two, in chunks, mounted, or gone on with
 * after a connection was lost. Bytes that have arrived stay, whatever becomes of the request that brought them.
 */
final class BlobPushes {
    private static final String CHUNK_MINIMUM = "OCI-Chunk-Min-Length";

    private final HostedStore store;
    private final Storing storing;
    private final Quota quota;
    private final OptionalLong minimumChunk;

    BlobPushes(HostedStore store, Storing storing, Quota quota, OptionalLong minimumChunk) {
        this.store = store;
        this.storing = storing;
        this.quota = quota;
        this.minimumChunk = minimumChunk;
    }

    RegistryResponse start(RepositoryName repository) throws IOException {
        quota.check(repository, 0);
        try (Upload upload = begin(repository)) {
            RegistryResponse started = progress(202, repository, upload.id(), 0);
            return minimumChunk.isPresent()
                    ? started.mapHeaders(headers -> headers.and(CHUNK_MINIMUM, Long.toString(minimumChunk.getAsLong())))
                    : started;
        }
    }

    private Upload begin(RepositoryName repository) throws IOException {
        return storing.write(() -> store.uploads().start(repository.value()));
    }

    RegistryResponse push(RegistryRequest request, PushBlob push) throws IOException {
        quota.check(push.repository(), request.body().length().orElse(0));
        try (Upload upload = begin(push.repository())) {
            try {
                receive(request, push.repository(), upload);
                return finish(push.repository(), upload, push.digest());
            } catch (IOException | RuntimeException e) {
                upload.discardAfter(e); // nobody knows its name, so nobody can go on with it
                throw e;
            }
        }
    }

    /** Without a source, or without the blob in it, an upload begins, as end-11 says. */
    RegistryResponse mount(MountBlob mount) throws IOException {
        Optional<Repository> from = mount.from().flatMap(store::repository);
        if (from.isPresent()) {
            Digest digest = mount.digest();
            Lock lock = store.references().lock(digest);
            lock.lock();
            try {
                OptionalLong size = from.get().use(digest, store.now());
                if (size.isPresent() && store.content().size(digest).isPresent()) {
                    link(mount.repository(), digest, size.getAsLong());
                    return created(mount.repository(), digest);
                }
            } finally {
                lock.unlock();
            }
        }
        return start(mount.repository());
    }

    RegistryResponse chunk(RegistryRequest request, PushChunk chunk) throws IOException {
        try (Upload upload = resume(chunk.repository(), chunk.session())) {
            if (isElsewhere(request, upload)) {
                return outOfOrder(chunk.repository(), upload);
            }
            receive(request, chunk.repository(), upload);
            return progress(202, chunk.repository(), upload.id(), upload.size());
        }
    }

    RegistryResponse finish(RegistryRequest request, FinishUpload finish) throws IOException {
        try (Upload upload = resume(finish.repository(), finish.session())) {
            if (isElsewhere(request, upload)) {
                return outOfOrder(finish.repository(), upload);
            }
            receive(request, finish.repository(), upload);
            return finish(finish.repository(), upload, finish.digest());
        }
    }

    RegistryResponse status(UploadStatus status) throws IOException {
        OptionalLong size = store.uploads()
                .size(status.repository().value(), status.session().value());
        return progress(
                204, status.repository(), status.session().value(), size.orElseThrow(BlobPushes::unknownUpload));
    }

    RegistryResponse cancel(CancelUpload cancel) throws IOException {
        try (Upload upload = resume(cancel.repository(), cancel.session())) {
            storing.write(() -> {
                upload.discard();
                return true;
            });
            return RegistryResponse.of(204);
        }
    }

    private Upload resume(RepositoryName repository, UploadSession session) throws IOException {
        return storing.write(() -> store.uploads().resume(repository.value(), session.value()))
                .orElseThrow(BlobPushes::unknownUpload);
    }

    private static boolean isElsewhere(RegistryRequest request, Upload upload) {
        Optional<UploadRange> range = UploadRange.of(request);
        return range.isPresent() && range.get().first() != upload.size();
    }

    /** All bytes of the body, which are as many as the request says. A client that goes away leaves those it has sent. */
    private void receive(RegistryRequest request, RepositoryName repository, Upload upload) throws IOException {
        OptionalLong length = UploadRange.of(request)
                .map(range -> OptionalLong.of(range.length()))
                .orElse(request.body().length());
        quota.check(repository, upload.size() + length.orElse(0));
        long received = 0;
        try (BodySource source = request.body().source()) {
            for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                received += bytes.remaining();
                if (length.isPresent() && received > length.getAsLong()) {
                    throw wrongSize();
                }
                quota.check(repository, upload.size() + bytes.remaining());
                append(upload, bytes);
            }
        }
        if (length.isPresent() && received < length.getAsLong()) {
            throw wrongSize();
        }
    }

    private void append(Upload upload, ByteBuffer bytes) throws IOException {
        storing.write(() -> {
            upload.append(bytes);
            return true;
        });
    }

    private RegistryResponse finish(RepositoryName repository, Upload upload, Digest digest) throws IOException {
        long size = upload.size();
        Lock lock = store.references().lock(digest);
        lock.lock();
        try {
            storing.write(() -> {
                upload.commit(digest);
                return true;
            });
            // At the latest now: what nothing links is found by the next collection.
            store.references().found(digest, store.now());
            link(repository, digest, size);
        } finally {
            lock.unlock();
        }
        return created(repository, digest);
    }

    /** Under the content's lock. */
    private void link(RepositoryName name, Digest digest, long size) throws IOException {
        storing.write(() -> store.change(name, repository -> {
            if (repository.use(digest, store.now()).isEmpty()) {
                repository.change(List.of(new BlobLinked(digest, size, store.now())), store.now());
            }
            return true;
        }));
    }

    private static RegistryResponse created(RepositoryName repository, Digest digest) {
        return RegistryResponse.of(
                201,
                Headers.of(
                        HeaderNames.LOCATION,
                        new Operation.PullBlob(repository, digest).path(),
                        HeaderNames.DOCKER_CONTENT_DIGEST,
                        digest.toString()),
                Body.empty());
    }

    private static RegistryResponse outOfOrder(RepositoryName repository, Upload upload) {
        RegistryResponse refusal = RegistryResponse.of(ErrorCode.BLOB_UPLOAD_INVALID
                .because("the chunk does not begin where the upload ends")
                .withStatus(416));
        return refusal.mapHeaders(headers -> headers.and(progress(repository, upload.id(), upload.size())));
    }

    private static RegistryResponse progress(int status, RepositoryName repository, String id, long size) {
        return RegistryResponse.of(status, progress(repository, id, size), Body.empty());
    }

    private static Headers progress(RepositoryName repository, String id, long size) {
        return Headers.of(
                HeaderNames.LOCATION,
                new UploadStatus(repository, new UploadSession(id)).path(),
                HeaderNames.RANGE,
                "0-" + Math.max(0, size - 1),
                "Docker-Upload-UUID",
                id);
    }

    private static RegistryException unknownUpload() {
        return ErrorCode.BLOB_UPLOAD_UNKNOWN
                .because("blob upload unknown to registry")
                .asException();
    }

    private static RegistryException wrongSize() {
        return ErrorCode.SIZE_INVALID
                .because("the content is not as long as the request says")
                .asException();
    }
}

package io.github.registryproxy.testing;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RepositoryName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** The uploads that have begun. Each has a state in its location's query, which every later request must carry. */
final class FakeUploads {
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    /** One upload; its lock is held for no longer than bytes in memory take. */
    static final class Upload {
        final RepositoryName repository;
        final String id;
        private final ReentrantLock lock = new ReentrantLock();
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();

        Upload(RepositoryName repository, String id) {
            this.repository = repository;
            this.id = id;
        }

        String state() {
            return "state/of=" + id;
        }

        int size() {
            lock.lock();
            try {
                return received.size();
            } finally {
                lock.unlock();
            }
        }

        /** Whether the bytes follow on what is there. */
        boolean append(Optional<String> contentRange, byte[] bytes) {
            lock.lock();
            try {
                boolean fits =
                        contentRange.isEmpty() || contentRange.get().equals(range(received.size(), bytes.length));
                if (fits) {
                    received.writeBytes(bytes);
                }
                return fits;
            } finally {
                lock.unlock();
            }
        }

        byte[] content() {
            lock.lock();
            try {
                return received.toByteArray();
            } finally {
                lock.unlock();
            }
        }

        private static String range(int offset, int length) {
            return offset + "-" + (offset + length - 1);
        }
    }

    Upload begin(RepositoryName repository) {
        Upload upload = new Upload(repository, "u" + count.incrementAndGet());
        uploads.put(upload.id, upload);
        return upload;
    }

    /** BLOB_UPLOAD_UNKNOWN where there is none, BLOB_UPLOAD_INVALID where the state is missing. */
    Upload get(RepositoryName repository, String id, RegistryRequest request) {
        Upload upload = uploads.get(id);
        if (upload == null || !upload.repository.equals(repository)) {
            throw ErrorCode.BLOB_UPLOAD_UNKNOWN
                    .because("blob upload unknown to registry")
                    .asException();
        }
        if (!request.target().rest().first("_state").equals(Optional.of(upload.state()))) {
            throw ErrorCode.BLOB_UPLOAD_INVALID.because("blob upload invalid").asException();
        }
        return upload;
    }

    void end(Upload upload) {
        uploads.remove(upload.id);
    }

    int open() {
        return uploads.size();
    }

    RegistryResponse append(Upload upload, RegistryRequest request, String location) throws IOException {
        if (!receive(upload, request)) {
            return outOfOrder(upload, location);
        }
        return status(202, upload, location);
    }

    /** The blob; empty where the last bytes do not follow on the others, DIGEST_INVALID where it is another one. */
    Optional<byte[]> finish(Upload upload, RegistryRequest request, Digest digest) throws IOException {
        if (!receive(upload, request)) {
            return Optional.empty();
        }
        byte[] content = upload.content();
        if (!digest.matches(content)) {
            throw ErrorCode.DIGEST_INVALID
                    .because("provided digest did not match uploaded content")
                    .asException();
        }
        end(upload);
        return Optional.of(content);
    }

    RegistryResponse outOfOrder(Upload upload, String location) {
        return status(416, upload, location);
    }

    RegistryResponse status(int status, Upload upload, String location) {
        return RegistryResponse.of(
                status,
                Headers.of(
                        HeaderNames.LOCATION,
                        location,
                        HeaderNames.RANGE,
                        "0-" + Math.max(0, upload.size() - 1),
                        "Docker-Upload-UUID",
                        upload.id),
                Body.empty());
    }

    private static boolean receive(Upload upload, RegistryRequest request) throws IOException {
        byte[] bytes = request.body().readAll(FakeRegistry.LARGEST_BLOB);
        return upload.append(request.headers().first(HeaderNames.CONTENT_RANGE), bytes);
    }
}

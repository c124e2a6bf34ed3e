package io.github.registryproxy.hosted;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * A registry: the whole of the OCI distribution specification 1.1, over repositories in a directory. It knows no users; a login
 * stands in front of it, and middlewares as in front of any upstream.
 *
 * <p>Refusals are in the specification's words: 404 for what is not there, DIGEST_INVALID and SIZE_INVALID for content that is not
 * what it says, MANIFEST_BLOB_UNKNOWN for manifests that name what is not there, DENIED for tags that may not change and quotas; 507
 * where the disk is full. What was acknowledged with 201 or 202 is on the disk.
 *
 * <pre>{@code
 * HostedStore store = HostedStore.open(Path.of("/var/lib/registry"));
 * RegistryProxy.builder().use(login).upstream(HostedRegistry.builder(store).build()).build();
 * }</pre>
 */
public final class HostedRegistry implements RegistryHandler {
    private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

    private final Pulls pulls;
    private final BlobPushes blobs;
    private final ManifestPushes manifests;
    private final Lists lists;
    private final Deletions deletions;

    private HostedRegistry(Builder builder) {
        Storing storing = new Storing(builder.store);
        Quota quota = new Quota(builder.store, builder.quota);
        this.pulls = new Pulls(builder.store);
        this.blobs = new BlobPushes(builder.store, storing, quota, builder.minimumChunk);
        ImmutableTags immutable = new ImmutableTags(builder.immutableTags);
        this.manifests = new ManifestPushes(
                builder.store,
                storing,
                quota,
                new ManifestLimits(builder.manifestLimit, builder.missingContent, immutable));
        this.lists = new Lists(builder.store);
        this.deletions = new Deletions(builder.store, storing, builder.deletes, builder.missingContent, immutable);
    }

    /** A registry of these repositories; several over one store see the same. The store is not closed with it. */
    public static Builder builder(HostedStore store) {
        return new Builder(store);
    }

    @Override
    public RegistryResponse handle(RegistryRequest request) throws IOException {
        try {
            return answer(request, request.operation());
        } catch (RegistryException e) {
            return RegistryResponse.of(e.error());
        }
    }

    private RegistryResponse answer(RegistryRequest request, Operation operation) throws IOException {
        if (operation instanceof Operation.PullManifest pull) {
            return pulls.manifest(request, pull);
        } else if (operation instanceof Operation.PullBlob pull) {
            return pulls.blob(request, pull);
        } else if (operation instanceof Operation.StartUpload start) {
            return blobs.start(start.repository());
        } else if (operation instanceof Operation.PushBlob push) {
            return blobs.push(request, push);
        } else if (operation instanceof Operation.MountBlob mount) {
            return blobs.mount(mount);
        } else if (operation instanceof Operation.PushChunk chunk) {
            return blobs.chunk(request, chunk);
        } else if (operation instanceof Operation.FinishUpload finish) {
            return blobs.finish(request, finish);
        } else if (operation instanceof Operation.UploadStatus status) {
            return blobs.status(status);
        } else if (operation instanceof Operation.CancelUpload cancel) {
            return blobs.cancel(cancel);
        } else if (operation instanceof Operation.PushManifest push) {
            return manifests.push(request, push);
        } else if (operation instanceof Operation.ListTags list) {
            return lists.tags(request, list);
        } else if (operation instanceof Operation.ListReferrers list) {
            return lists.referrers(request, list);
        } else if (operation instanceof Operation.Catalog catalog) {
            return lists.catalog(request, catalog);
        } else if (operation instanceof Operation.DeleteManifest delete) {
            return deletions.manifest(delete);
        } else if (operation instanceof Operation.DeleteBlob delete) {
            return deletions.blob(delete);
        } else if (operation instanceof Operation.Ping) {
            return document(request, MediaType.JSON, EMPTY);
        } else if (operation instanceof Operation.Malformed malformed) {
            throw malformed.error().asException();
        }
        throw ErrorCode.UNSUPPORTED.because("no such endpoint").withStatus(404).asException();
    }

    /** A document; a HEAD has its length and no body. */
    static RegistryResponse document(RegistryRequest request, MediaType type, byte[] document) {
        return document(request, type, Body.of(document));
    }

    /** The same of a body of known length. */
    static RegistryResponse document(RegistryRequest request, MediaType type, Body document) {
        String length = Long.toString(document.length().orElseThrow());
        Headers headers = Headers.of(HeaderNames.CONTENT_TYPE, type.value(), HeaderNames.CONTENT_LENGTH, length);
        return RegistryResponse.of(200, headers, request.isHead() ? Body.empty() : document);
    }

    static RegistryException unknownName() {
        return ErrorCode.NAME_UNKNOWN
                .because("repository name not known to registry")
                .asException();
    }

    /** What the registry takes and refuses. */
    public static final class Builder {
        private final HostedStore store;
        private boolean deletes = true;
        private int manifestLimit = 4 * 1024 * 1024;
        private MissingContent missingContent = MissingContent.REFUSED;
        private BiPredicate<RepositoryName, Tag> immutableTags = (repository, tag) -> false;
        private Function<RepositoryName, OptionalLong> quota = repository -> OptionalLong.empty();
        private OptionalLong minimumChunk = OptionalLong.empty();

        private Builder(HostedStore store) {
            this.store = Objects.requireNonNull(store, "store");
        }

        /** Whether tags, manifests and blobs can be deleted; otherwise UNSUPPORTED, 405. They can unless set. */
        public Builder deletes(boolean allowed) {
            deletes = allowed;
            return this;
        }

        /** The largest manifest that is taken, in bytes, 1 KiB to 64 MiB; 4 MiB unless set. */
        public Builder manifestLimit(int bytes) {
            if (bytes < 1024 || bytes > 64 * 1024 * 1024) {
                throw new IllegalArgumentException("a manifest limit of " + bytes + " bytes is not 1 KiB to 64 MiB");
            }
            manifestLimit = bytes;
            return this;
        }

        /** What becomes of manifests that name what is not there; refused unless set. */
        public Builder missingContent(MissingContent choice) {
            missingContent = Objects.requireNonNull(choice, "choice");
            return this;
        }

        /**
         * Tags that stand for one manifest for ever: neither moved nor deleted, DENIED. What they lead to through indexes cannot be
         * deleted either. Default: no tag.
         */
        public Builder immutableTags(BiPredicate<RepositoryName, Tag> rule) {
            immutableTags = Objects.requireNonNull(rule, "rule");
            return this;
        }

        /** How much a repository may hold, in bytes, what it shares with others included; no limit unless set. */
        public Builder quota(Function<RepositoryName, OptionalLong> bytes) {
            quota = Objects.requireNonNull(bytes, "bytes");
            return this;
        }

        /** What clients are told in OCI-Chunk-Min-Length, in bytes, more than 0; nothing unless set. */
        public Builder minimumChunk(OptionalLong bytes) {
            if (bytes.isPresent() && bytes.getAsLong() <= 0) {
                throw new IllegalArgumentException("a chunk of " + bytes.getAsLong() + " bytes is none");
            }
            minimumChunk = bytes;
            return this;
        }

        public HostedRegistry build() {
            return new HostedRegistry(this);
        }
    }
}

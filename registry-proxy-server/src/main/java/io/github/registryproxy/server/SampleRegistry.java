package io.github.registryproxy.server;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.CatalogPage;
import io.github.registryproxy.document.TagList;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Page;
import io.github.registryproxy.protocol.Reference;
import io.github.registryproxy.protocol.RegistryError;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A registry in memory that can only be pulled from, with one small repository of images that run. */
final class SampleRegistry implements RegistryHandler {
    static final RepositoryName REPOSITORY = new RepositoryName("samples/hello");
    static final List<String> TAGS = List.of("release-1", "release-2", "dev");
    private static final byte[] NO_REFERRERS = ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX
                    + "\",\"manifests\":[]}")
            .getBytes(StandardCharsets.UTF_8);

    private final Map<String, Digest> tags = new TreeMap<>();
    private final Map<Digest, SampleImage.Document> manifests = new HashMap<>();
    private final Map<Digest, byte[]> blobs = new HashMap<>();

    SampleRegistry() {
        for (String tag : TAGS) {
            SampleImage image = image(tag);
            tags.put(tag, image.index());
            manifests.putAll(image.manifests());
            blobs.putAll(image.blobs());
        }
    }

    /** What is behind a tag. */
    static SampleImage image(String tag) {
        return SampleImage.printing("Hello from registry-proxy, " + tag);
    }

    @Override
    public RegistryResponse handle(RegistryRequest request) {
        Operation operation = request.operation();
        if (operation instanceof Operation.Malformed malformed) {
            return RegistryResponse.of(malformed.error());
        }
        if (operation instanceof Operation.InRepository in && !in.repository().equals(REPOSITORY)) {
            return RegistryResponse.of(ErrorCode.NAME_UNKNOWN.because("no such repository"));
        }
        return answer(operation, request.isHead());
    }

    private RegistryResponse answer(Operation operation, boolean head) {
        if (operation instanceof Operation.Ping) {
            return document(MediaType.JSON, "{}".getBytes(StandardCharsets.UTF_8), head, Optional.empty());
        }
        if (operation instanceof Operation.PullManifest pull) {
            return manifest(pull.reference(), head);
        }
        if (operation instanceof Operation.PullBlob pull) {
            byte[] blob = blobs.get(pull.digest());
            return blob == null
                    ? RegistryResponse.of(ErrorCode.BLOB_UNKNOWN.because("no such blob"))
                    : document(MediaType.OCTET_STREAM, blob, head, Optional.of(pull.digest()));
        }
        if (operation instanceof Operation.ListTags list) {
            byte[] page = new TagList(REPOSITORY.value(), tagsOf(list.page())).toJson();
            return document(MediaType.JSON, page, head, Optional.empty());
        }
        if (operation instanceof Operation.ListReferrers) {
            return document(MediaType.OCI_INDEX, NO_REFERRERS, head, Optional.empty());
        }
        if (operation instanceof Operation.Catalog) {
            byte[] page = new CatalogPage(List.of(REPOSITORY.value())).toJson();
            return document(MediaType.JSON, page, head, Optional.empty());
        }
        RegistryError refusal = ErrorCode.UNSUPPORTED.because("this registry can only be pulled from");
        return RegistryResponse.of(refusal);
    }

    private RegistryResponse manifest(Reference reference, boolean head) {
        Digest digest = reference instanceof Tag tag ? tags.get(tag.value()) : (Digest) reference;
        SampleImage.Document document = digest == null ? null : manifests.get(digest);
        if (digest == null || document == null) {
            return RegistryResponse.of(ErrorCode.MANIFEST_UNKNOWN.because("no such manifest"));
        }
        return document(document.type(), document.content(), head, Optional.of(digest));
    }

    private List<String> tagsOf(Page page) {
        return tags.keySet().stream()
                .filter(tag ->
                        page.last().isEmpty() || tag.compareTo(page.last().get()) > 0)
                .limit(page.n().orElse(Integer.MAX_VALUE))
                .toList();
    }

    private static RegistryResponse document(MediaType type, byte[] content, boolean head, Optional<Digest> digest) {
        Headers headers = Headers.of(
                HeaderNames.CONTENT_TYPE, type.value(), HeaderNames.CONTENT_LENGTH, Integer.toString(content.length));
        if (digest.isPresent()) {
            headers =
                    headers.and(HeaderNames.DOCKER_CONTENT_DIGEST, digest.get().toString());
        }
        return RegistryResponse.of(200, headers, head ? Body.empty() : Body.of(content));
    }
}

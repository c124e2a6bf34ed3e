package io.github.registryproxy.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.RegistryError;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A registry in memory: pull and push by the distribution specification, the catalog, and the quirks it is made with. Empty
 * repositories come about by the first thing in them.
 *
 * <pre>{@code
 * FakeRegistry registry = new FakeRegistry(Quirk.REDIRECTS_BLOBS);
 * Digest image = registry.image("library/app", "1", "layer".getBytes(UTF_8));
 * RegistryProxy proxy = RegistryProxy.builder().use(new PullOnly()).upstream(registry).build();
 * }</pre>
 *
 * <p>It asks for no credentials and keeps what it gets in memory. Safe for concurrent use.
 */
public final class FakeRegistry implements RegistryHandler {
    /** The largest blob it takes, in bytes. */
    public static final int LARGEST_BLOB = 64 * 1024 * 1024;

    /** The largest manifest it takes, in bytes: what the specification asks of registries. */
    public static final int LARGEST_MANIFEST = 4 * 1024 * 1024;

    private static final byte[] EMPTY_JSON = "{}".getBytes(StandardCharsets.UTF_8);

    private final FakeContent content = new FakeContent();
    private final FakeUploads uploads = new FakeUploads();
    private final Set<Quirk> quirks;
    private final FakeOperations operations;
    private final List<RegistryRequest> requests = new CopyOnWriteArrayList<>();

    public FakeRegistry(Quirk... quirks) {
        this.quirks = Set.copyOf(Arrays.asList(quirks));
        this.operations = new FakeOperations(content, uploads, this.quirks);
    }

    /** Sets the address it has for its clients, used in absolute locations; {@code http://registry.test} at first. */
    public FakeRegistry at(URI origin) {
        operations.origin = origin;
        return this;
    }

    /**
     * Sets the address that {@link Quirk#REDIRECTS_BLOBS} leads to; {@code http://cdn.test} at first. The registry serves these
     * requests too, at paths below {@code /_cdn/}.
     */
    public FakeRegistry cdnAt(URI origin) {
        operations.cdn = origin;
        return this;
    }

    /** Adds a blob. */
    public Digest blob(String repository, byte[] bytes) {
        return content.addBlob(new RepositoryName(repository), bytes);
    }

    /** Adds a manifest by its bytes, whatever it refers to. */
    public Digest manifest(String repository, MediaType type, byte[] json) {
        return content.addManifest(new RepositoryName(repository), type, json);
    }

    /** Adds an image of these layers with a tag. */
    public Digest image(String repository, String tag, byte[]... layers) {
        RepositoryName name = new RepositoryName(repository);
        byte[] config = "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}"
                .getBytes(StandardCharsets.UTF_8);
        Map<Digest, Integer> sizes = new LinkedHashMap<>();
        for (byte[] layer : layers) {
            sizes.put(content.addBlob(name, layer), layer.length);
        }
        byte[] json = ManifestContent.manifest(content.addBlob(name, config), config.length, sizes);
        Digest digest = content.addManifest(name, MediaType.OCI_MANIFEST, json);
        tag(repository, tag, digest);
        return digest;
    }

    /**
     * Adds an index with a tag.
     *
     * @param manifests those it lists, by architecture
     */
    public Digest index(String repository, String tag, Map<String, Digest> manifests) {
        RepositoryName name = new RepositoryName(repository);
        List<ObjectNode> descriptors = new ArrayList<>();
        manifests.forEach((architecture, digest) -> {
            ObjectNode descriptor = content.descriptor(name, digest);
            descriptor.putObject("platform").put("architecture", architecture).put("os", "linux");
            descriptors.add(descriptor);
        });
        Digest digest = content.addManifest(name, MediaType.OCI_INDEX, ManifestContent.index(descriptors));
        tag(repository, tag, digest);
        return digest;
    }

    /** Adds an artifact, such as a signature, that refers to a manifest. */
    public Digest referrer(String repository, Digest subject, String artifactType) {
        RepositoryName name = new RepositoryName(repository);
        Digest config = content.addBlob(name, EMPTY_JSON);
        byte[] json = ManifestContent.referrer(artifactType, config, content.descriptor(name, subject));
        return content.addManifest(name, MediaType.OCI_MANIFEST, json);
    }

    /** Points a tag at a manifest. */
    public void tag(String repository, String tag, Digest manifest) {
        content.create(new RepositoryName(repository)).tag(new Tag(tag), manifest);
    }

    /** The bytes of a blob, if the repository has it. */
    public Optional<byte[]> blob(String repository, Digest digest) {
        return content.blob(new RepositoryName(repository), digest);
    }

    /** The bytes of a manifest, if the repository has it. */
    public Optional<byte[]> manifest(String repository, Digest digest) {
        return Optional.ofNullable(content.repositories.get(new RepositoryName(repository)))
                .flatMap(found -> Optional.ofNullable(found.manifests().get(digest)))
                .map(FakeRepository.Manifest::content);
    }

    /** Where a tag points, if it is there. */
    public Optional<Digest> resolve(String repository, String tag) {
        return Optional.ofNullable(content.repositories.get(new RepositoryName(repository)))
                .flatMap(found -> found.resolve(new Tag(tag)));
    }

    /** How many uploads have begun and neither ended nor been given up. */
    public int openUploads() {
        return uploads.open();
    }

    /** What it was asked so far, in order; the bodies have been read. */
    public List<RegistryRequest> requests() {
        return List.copyOf(requests);
    }

    /** Methods and targets of what it was asked so far: {@code GET /v2/library/app/tags/list}. */
    public List<String> requestLines() {
        return requests.stream()
                .map(request -> request.method() + " " + request.target().render())
                .toList();
    }

    @Override
    public RegistryResponse handle(RegistryRequest request) throws IOException {
        requests.add(request);
        RegistryResponse response;
        try {
            response = operations.handle(request);
        } catch (RegistryException e) {
            response = refusal(request, e.error());
        }
        response = response.mapHeaders(h -> h.with(HeaderNames.DOCKER_DISTRIBUTION_API_VERSION, "registry/2.0"));
        if (!request.isHead()) {
            return response;
        }
        return RegistryResponse.of(response.status(), response.headers(), Body.empty());
    }

    private RegistryResponse refusal(RegistryRequest request, RegistryError error) {
        if (quirks.contains(Quirk.HTML_ERRORS)) {
            return RegistryResponse.of(
                    error.status(),
                    Headers.of(HeaderNames.CONTENT_TYPE, "text/html"),
                    Body.of(("<html><body><h1>" + error.status() + "</h1></body></html>\n")
                            .getBytes(StandardCharsets.UTF_8)));
        }
        if (quirks.contains(Quirk.LEAKS_NAMES_IN_ERRORS)
                && request.operation() instanceof Operation.InRepository asked) {
            String name = asked.repository().value();
            return RegistryResponse.of(error.withMessage(error.message() + ": " + name)
                    .withDetail(Optional.of("{\"name\":\"" + name + "\"}")));
        }
        return RegistryResponse.of(error);
    }
}

package io.github.registryproxy.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.RepositoryName;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The repositories of a fake registry, by name. */
final class FakeContent {
    final ConcurrentSkipListMap<RepositoryName, FakeRepository> repositories = new ConcurrentSkipListMap<>();

    /** The repository, which a push brings about. */
    FakeRepository create(RepositoryName name) {
        return repositories.computeIfAbsent(name, absent -> new FakeRepository());
    }

    /** The repository; NAME_UNKNOWN where there is none. */
    FakeRepository get(RepositoryName name) {
        FakeRepository repository = repositories.get(name);
        if (repository == null) {
            throw ErrorCode.NAME_UNKNOWN
                    .because("repository name not known to registry")
                    .asException();
        }
        return repository;
    }

    Optional<byte[]> blob(RepositoryName name, Digest digest) {
        return Optional.ofNullable(repositories.get(name))
                .flatMap(repository -> Optional.ofNullable(repository.blobs.get(digest)));
    }

    Optional<byte[]> blobAnywhere(Digest digest) {
        return repositories.values().stream()
                .flatMap(repository -> Optional.ofNullable(repository.blobs.get(digest)).stream())
                .findFirst();
    }

    Digest addBlob(RepositoryName name, byte[] content) {
        Digest digest = Digest.of(Digest.Algorithm.SHA256, content);
        create(name).blobs.put(digest, content);
        return digest;
    }

    Digest addManifest(RepositoryName name, MediaType type, byte[] content) {
        Digest digest = Digest.of(Digest.Algorithm.SHA256, content);
        addManifest(name, digest, type, content);
        return digest;
    }

    void addManifest(RepositoryName name, Digest digest, MediaType type, byte[] content) {
        create(name)
                .manifests()
                .put(digest, new FakeRepository.Manifest(type, content, ManifestContent.parse(content)));
    }

    ObjectNode descriptor(RepositoryName name, Digest digest) {
        FakeRepository.Manifest manifest = get(name).manifest(digest);
        return ManifestContent.descriptor(manifest.type().value(), digest, manifest.content().length);
    }

    /** What refers to the subject, as descriptors by digest. */
    Map<Digest, ObjectNode> referrers(RepositoryName name, Digest subject, Optional<String> artifactType) {
        Map<Digest, ObjectNode> found = new TreeMap<>(Comparator.comparing(Digest::toString));
        Optional.ofNullable(repositories.get(name))
                .ifPresent(repository -> repository.manifests().forEach((digest, manifest) -> {
                    ManifestContent meaning = manifest.meaning();
                    boolean wanted = artifactType.isEmpty() || artifactType.equals(meaning.artifactType());
                    if (meaning.subject().filter(subject::equals).isPresent() && wanted) {
                        ObjectNode descriptor = descriptor(name, digest);
                        meaning.artifactType().ifPresent(type -> descriptor.put("artifactType", type));
                        meaning.annotations().ifPresent(node -> descriptor.set("annotations", node));
                        found.put(digest, descriptor);
                    }
                }));
        return found;
    }
}

package io.github.registryproxy.tests.spec;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.UUID;

/** One repository of a registry, and what a client does to it. */
final class Repository {
    private static final byte[] NO_BYTES = {};

    private final RegistryClient client;
    private final String name;

    Repository(RegistryClient client, String name) {
        this.client = client;
        this.name = name;
    }

    /** As its clients call it. */
    String name() {
        return name;
    }

    URI uri(String below) {
        return client.uri("/v2/" + name + "/" + below);
    }

    Answer get(String below, String... headers) throws IOException {
        return client.send("GET", uri(below), NO_BYTES, headers);
    }

    Answer get(URI location, String... headers) throws IOException {
        return client.send("GET", location, NO_BYTES, headers);
    }

    Answer head(String below, String... headers) throws IOException {
        return client.send("HEAD", uri(below), NO_BYTES, headers);
    }

    Answer delete(String below) throws IOException {
        return client.send("DELETE", uri(below), NO_BYTES);
    }

    Answer delete(URI location) throws IOException {
        return client.send("DELETE", location, NO_BYTES);
    }

    /** A POST to the uploads, with a query. */
    Answer post(String query, byte[] body) throws IOException {
        return client.send("POST", uri("blobs/uploads/" + query), body, "Content-Type", Content.BYTES);
    }

    /** Begins an upload. */
    URI start() throws IOException {
        return post("", NO_BYTES).is(202).location();
    }

    /** The next bytes of an upload, wherever they belong. */
    Answer stream(URI location, byte[] bytes) throws IOException {
        return client.send("PATCH", location, bytes, "Content-Type", Content.BYTES);
    }

    /** The bytes of an upload from there on. */
    Answer chunk(URI location, long first, byte[] bytes) throws IOException {
        return chunk(location, first + "-" + (first + bytes.length - 1), bytes);
    }

    Answer chunk(URI location, String range, byte[] bytes) throws IOException {
        return client.send("PATCH", location, bytes, "Content-Type", Content.BYTES, "Content-Range", range);
    }

    /** Ends an upload, with its last bytes or none. */
    Answer finish(URI location, String digest, byte[] bytes, String... headers) throws IOException {
        String target = location + (location.getRawQuery() == null ? "?" : "&") + "digest=" + digest;
        return headers.length == 0
                ? client.send("PUT", URI.create(target), bytes, "Content-Type", Content.BYTES)
                : client.send("PUT", URI.create(target), bytes, headers);
    }

    Answer finish(URI location, String digest) throws IOException {
        return finish(location, digest, NO_BYTES);
    }

    /** A blob that is there on return. */
    Content push(Content blob) throws IOException {
        finish(start(), blob.digest(), blob.bytes()).is(201);
        return blob;
    }

    /** A new blob that is there on return. */
    Content blob() throws IOException {
        return push(Content.random(100));
    }

    Answer putManifest(String reference, Content manifest) throws IOException {
        return client.send("PUT", uri("manifests/" + reference), manifest.bytes(), "Content-Type", manifest.type());
    }

    /** An image, of which all but the manifest is there on return. */
    Content image(String... fields) throws IOException {
        Content config = push(Content.of(Manifests.CONFIG, "{\"architecture\":\"amd64\",\"os\":\"linux\"}"));
        return Manifests.image(
                config.descriptor(), List.of(blob().typed(Manifests.LAYER).descriptor()), fields);
    }

    /** A new image that is there, with a tag, on return. */
    Content tagged(String tag) throws IOException {
        return tagged(tag, image());
    }

    Content tagged(String tag, Content manifest) throws IOException {
        putManifest(tag, manifest).is(201);
        return manifest;
    }

    /** A manifest that is there, by its digest alone, on return. */
    Content pushed(Content manifest) throws IOException {
        putManifest(manifest.digest(), manifest).is(201);
        return manifest;
    }

    /** A new artifact of that type, and the empty blob it names, which are there on return. */
    Content attached(Content subject, String artifactType, String... annotations) throws IOException {
        push(Manifests.NOTHING);
        return pushed(Manifests.artifact(
                artifactType,
                Manifests.NOTHING,
                Manifests.subject(subject),
                "\"x-unique\":\"" + UUID.randomUUID() + "\"",
                "\"annotations\":" + Manifests.annotations(annotations)));
    }

    /** All tags, however many pages they come in. */
    List<String> tags() throws IOException {
        return Pages.all(this, uri("tags/list"), "tags");
    }
}

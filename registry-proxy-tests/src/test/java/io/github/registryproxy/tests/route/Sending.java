package io.github.registryproxy.tests.route;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A client that reads each answer to its end. */
record Sending(RegistryHandler proxy) {
    private static final Client CLIENT = new Client("192.0.2.1", URI.create("http://proxy.test"));

    record Answer(int status, Headers headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        String header(String name) {
            return headers.first(name).orElse("");
        }
    }

    Answer send(String line, byte[] content, String... headers) throws IOException {
        String method = line.substring(0, line.indexOf(' '));
        Target target = Target.parse(method, line.substring(line.indexOf(' ') + 1));
        RegistryRequest request = RegistryRequest.of(method, target, Headers.of(headers), Body.of(content), CLIENT);
        try (RegistryResponse response = proxy.handle(request)) {
            return new Answer(
                    response.status(), response.headers(), response.body().readAll(1 << 20));
        }
    }

    Answer send(String line) throws IOException {
        return send(line, new byte[0]);
    }

    /** Pushes a blob as docker does: begins an upload, and follows where that leads. */
    Digest pushBlob(String repository, byte[] content) throws IOException {
        Digest digest = Digest.of(Digest.Algorithm.SHA256, content);
        String location = send("POST /v2/" + repository + "/blobs/uploads/").header(HeaderNames.LOCATION);
        String query = location.indexOf('?') < 0 ? "?" : "&";
        expect(201, send("PUT " + location + query + "digest=" + digest, content));
        return digest;
    }

    /** Pushes an image of one layer, with its config, under a tag. */
    Digest pushImage(String repository, String tag, String layer) throws IOException {
        byte[] content = layer.getBytes(StandardCharsets.UTF_8);
        Digest config = pushBlob(repository, "{}".getBytes(StandardCharsets.UTF_8));
        Digest blob = pushBlob(repository, content);
        byte[] json = ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST
                        + "\",\"config\":{\"mediaType\":\""
                        + MediaType.OCI_CONFIG + "\",\"digest\":\"" + config
                        + "\",\"size\":2},\"layers\":[{\"mediaType\":\""
                        + MediaType.OCI_LAYER_GZIP + "\",\"digest\":\"" + blob + "\",\"size\":" + content.length
                        + "}]}")
                .getBytes(StandardCharsets.UTF_8);
        String line = "PUT /v2/" + repository + "/manifests/" + tag;
        expect(201, send(line, json, HeaderNames.CONTENT_TYPE, MediaType.OCI_MANIFEST.value()));
        return Digest.of(Digest.Algorithm.SHA256, json);
    }

    private static void expect(int status, Answer answer) {
        if (answer.status() != status) {
            throw new AssertionError(answer.status() + " " + answer.text());
        }
    }
}

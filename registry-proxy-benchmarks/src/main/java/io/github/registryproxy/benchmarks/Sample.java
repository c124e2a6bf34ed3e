package io.github.registryproxy.benchmarks;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Target;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** One image, and what a client asks of it. */
final class Sample {
    /** As the client calls the repository. */
    static final String NAME = "library/app";

    /** What stands before it at the registry. */
    static final String PREFIX = "mirror";

    static final byte[] MANIFEST = manifest(4 * 1024);
    static final byte[] BLOB = blob(64 * 1024);
    static final Digest MANIFEST_DIGEST = Digest.of(Digest.Algorithm.SHA256, MANIFEST);
    static final Digest BLOB_DIGEST = Digest.of(Digest.Algorithm.SHA256, BLOB);

    static final String BY_TAG = "/v2/" + NAME + "/manifests/1.27.3-alpine";
    static final String BY_DIGEST = "/v2/" + NAME + "/manifests/" + MANIFEST_DIGEST;
    static final String OF_BLOB = "/v2/" + NAME + "/blobs/" + BLOB_DIGEST;

    /** A runtime's, in the order of its request. */
    private static final String[] FIELDS = {
        "Host", "registry.example:5000",
        "User-Agent", "containerd/1.7.24",
        "Accept",
                MediaType.DOCKER_MANIFEST + ", " + MediaType.DOCKER_MANIFEST_LIST + ", " + MediaType.OCI_MANIFEST + ", "
                        + MediaType.OCI_INDEX + ", */*",
        "Accept-Encoding", "gzip"
    };

    private static final Client CLIENT = new Client("192.0.2.7", URI.create("http://registry.example:5000"));

    private Sample() {}

    /** Names at even places, values at odd ones. */
    static String[] fields() {
        return FIELDS.clone();
    }

    static RegistryRequest request(String method, String target) {
        return RegistryRequest.of(method, Target.parse(method, target), Headers.of(FIELDS), Body.empty(), CLIENT);
    }

    private static byte[] manifest(int size) {
        String head =
                "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"annotations\":{\"padding\":\"";
        String tail = "\"}}";
        String padding = "x".repeat(size - head.length() - tail.length());
        return (head + padding + tail).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] blob(int size) {
        byte[] blob = new byte[size];
        new Random(7).nextBytes(blob);
        return blob;
    }
}

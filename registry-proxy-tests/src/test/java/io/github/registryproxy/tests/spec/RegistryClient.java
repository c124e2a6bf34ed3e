package io.github.registryproxy.tests.spec;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** A client that says what it is told to one registry, follows nothing, and checks {@link EveryAnswer}. */
public final class RegistryClient {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    /** What a client should say it takes. */
    private static final String ACCEPTED =
            String.join(", ", Manifests.IMAGE, Manifests.INDEX, Manifests.DOCKER_IMAGE, Manifests.DOCKER_LIST, "*/*");

    private final URI base;
    private final UnaryOperator<String> names;

    /**
     * A client of the registry at that address.
     *
     * @param base scheme and authority
     * @param names what a repository has to be called there, for a name of two segments
     */
    public RegistryClient(URI base, UnaryOperator<String> names) {
        this.base = base;
        this.names = names;
    }

    /** A repository that does not exist yet. */
    Repository repository() {
        return repository("spec/r" + UUID.randomUUID().toString().replace("-", ""));
    }

    Repository repository(String name) {
        return new Repository(this, names.apply(name));
    }

    URI base() {
        return base;
    }

    URI uri(String target) {
        return URI.create(base + target);
    }

    Answer get(String target, String... headers) throws IOException {
        return send("GET", uri(target), BodyPublishers.noBody(), headers);
    }

    Answer send(String method, URI uri, byte[] body, String... headers) throws IOException {
        // An empty array would go without Content-Length where the method has no body by default.
        return send(
                method, uri, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body), headers);
    }

    /** Asks, with names and values of headers in turn. */
    Answer send(String method, URI uri, BodyPublisher body, String... headers) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (!List.of(headers).contains("Accept")) {
            request.header("Accept", ACCEPTED);
        }
        try {
            HttpResponse<byte[]> response = HTTP.send(request.build(), BodyHandlers.ofByteArray());
            return EveryAnswer.checked(
                    new Answer(method, uri, response.statusCode(), response.headers(), response.body()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }
}

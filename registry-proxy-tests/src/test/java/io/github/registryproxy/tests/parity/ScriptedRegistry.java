package io.github.registryproxy.tests.parity;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Headers;

/** A registry on loopback that answers by a script, and notes what it is asked: what is not in the script is 404. */
final class ScriptedRegistry implements AutoCloseable {
    /** A request as it arrived; the query is empty where there is none. */
    record Asked(String method, String path, String query, Headers headers, String body) {
        /** {@code GET /v2/}: what a script goes by. */
        String line() {
            return method + " " + path;
        }

        List<String> all(String name) {
            return headers.values(name);
        }

        /** The values of a field of the query, decoded, in order. */
        List<String> fields(String name) {
            return Wire.fields(query, name);
        }

        /** The same of a form. */
        List<String> formFields(String name) {
            return Wire.fields(body, name);
        }
    }

    private final MockWebServer server = new MockWebServer();
    private final Map<String, Function<Asked, MockResponse>> script = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    /** On any free port. */
    ScriptedRegistry() throws IOException {
        this(0);
    }

    ScriptedRegistry(int port) throws IOException {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return answer(request);
            }
        });
        server.start(InetAddress.getLoopbackAddress(), port);
    }

    String host() {
        return "127.0.0.1:" + server.getPort();
    }

    /** Scheme, host, port and that path. */
    String at(String path) {
        return "http://" + host() + path;
    }

    /** Answers requests of that method and path, whatever their query. */
    ScriptedRegistry on(String line, MockResponse response) {
        return on(line, request -> response);
    }

    ScriptedRegistry on(String line, Function<Asked, MockResponse> response) {
        script.put(line, response);
        return this;
    }

    List<Asked> asked() {
        return asked;
    }

    /** The requests with that method and path. */
    List<Asked> asked(String line) {
        return asked.stream().filter(request -> request.line().equals(line)).toList();
    }

    /** The one request with that method and path. */
    Asked askedOnce(String line) {
        List<Asked> found = asked(line);
        if (found.size() != 1) {
            throw new AssertionError("asked " + found.size() + " times for " + line + ": " + lines());
        }
        return found.get(0);
    }

    List<String> lines() {
        return asked.stream().map(Asked::line).toList();
    }

    void forget() {
        script.clear();
        asked.clear();
    }

    @Override
    public void close() {
        server.close();
    }

    private MockResponse answer(RecordedRequest request) {
        URI target = URI.create(request.getTarget());
        String query = target.getRawQuery() == null ? "" : target.getRawQuery();
        String body = request.getBody() == null ? "" : request.getBody().utf8();
        Asked now = new Asked(request.getMethod(), target.getRawPath(), query, request.getHeaders(), body);
        asked.add(now);
        Function<Asked, MockResponse> scripted = script.get(now.line());
        return scripted == null ? status(404) : scripted.apply(now);
    }

    /** An answer without body. */
    static MockResponse status(int code, String... headers) {
        return answer(code, "", headers);
    }

    static MockResponse json(String body, String... headers) {
        return answer(200, body, headers)
                .newBuilder()
                .setHeader("Content-Type", "application/json")
                .build();
    }

    static MockResponse manifest() {
        return answer(200, MANIFEST)
                .newBuilder()
                .setHeader("Content-Type", "application/vnd.oci.image.manifest.v1+json")
                .build();
    }

    static MockResponse answer(int code, String body, String... headers) {
        MockResponse.Builder builder = new MockResponse.Builder().code(code).body(body);
        for (int i = 0; i < headers.length; i += 2) {
            builder.addHeader(headers[i], headers[i + 1]);
        }
        return builder.build();
    }

    static final String MANIFEST =
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"layers\":[]}";
}

package io.github.registryproxy.auth;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;

/** A server on the loopback that answers by a function and keeps what it was asked. */
public final class TestServer implements AutoCloseable {
    private final MockWebServer server = new MockWebServer();
    private final List<RecordedRequest> seen = new CopyOnWriteArrayList<>();
    private volatile Function<RecordedRequest, MockResponse> answer = request -> status(404);

    public TestServer() throws IOException {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                seen.add(request);
                return answer.apply(request);
            }
        });
        server.start();
    }

    public TestServer answering(Function<RecordedRequest, MockResponse> function) {
        answer = function;
        return this;
    }

    public URI origin() {
        return URI.create("http://127.0.0.1:" + server.getPort());
    }

    public String url(String path) {
        return origin() + path;
    }

    public List<RecordedRequest> seen() {
        return seen;
    }

    public RecordedRequest last() {
        return seen.get(seen.size() - 1);
    }

    /** Everything it was sent, as one text to search; nothing redacted. */
    public String heard() {
        StringBuilder all = new StringBuilder();
        for (RecordedRequest request : seen) {
            all.append(request.getRequestLine()).append('\n');
            request.getHeaders()
                    .forEach(field -> all.append(field.getFirst())
                            .append(": ")
                            .append(field.getSecond())
                            .append('\n'));
            all.append(request.getBody() == null ? "" : request.getBody().utf8())
                    .append('\n');
        }
        return all.toString();
    }

    public static MockResponse status(int status, String... namesAndValues) {
        return response(status, "", namesAndValues);
    }

    public static MockResponse response(int status, String body, String... namesAndValues) {
        MockResponse.Builder builder = new MockResponse.Builder().code(status).body(body);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.addHeader(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    public static String header(RecordedRequest request, String name) {
        String value = request.getHeaders().get(name.toLowerCase(Locale.ROOT));
        return value == null ? "" : value;
    }

    @Override
    public void close() {
        server.close();
    }
}

package io.github.registryproxy.google;

import com.google.api.client.http.LowLevelHttpResponse;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.auth.EndpointClient;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An answer that is here already, as the library wants to see it. */
final class Response extends LowLevelHttpResponse {
    private final EndpointClient.Answer answer;
    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    Response(EndpointClient.Answer answer) {
        this.answer = answer;
        answer.headers().forEach((name, value) -> {
            names.add(name);
            values.add(value);
        });
    }

    @Override
    public InputStream getContent() {
        return new ByteArrayInputStream(answer.content());
    }

    @Override
    public @Nullable String getContentEncoding() {
        return null;
    }

    @Override
    public long getContentLength() {
        return answer.content().length;
    }

    @Override
    public @Nullable String getContentType() {
        return answer.headers().first(HeaderNames.CONTENT_TYPE).orElse(null);
    }

    @Override
    public String getStatusLine() {
        return "HTTP/1.1 " + answer.status();
    }

    @Override
    public int getStatusCode() {
        return answer.status();
    }

    @Override
    public @Nullable String getReasonPhrase() {
        return null;
    }

    @Override
    public int getHeaderCount() {
        return names.size();
    }

    @Override
    public String getHeaderName(int index) {
        return names.get(index);
    }

    @Override
    public String getHeaderValue(int index) {
        return values.get(index);
    }
}

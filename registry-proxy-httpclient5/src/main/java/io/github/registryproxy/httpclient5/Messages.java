package io.github.registryproxy.httpclient5;

import io.github.registryproxy.Headers;
import io.github.registryproxy.transport.EgressProxy;
import io.github.registryproxy.transport.RequestFields;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.message.BasicHeader;
import org.jspecify.annotations.Nullable;

/** Requests as the client writes them: nothing is added, the target stays as it is. */
final class Messages {
    private Messages() {}

    static ClassicHttpRequest of(TransportRequest request, @Nullable EgressProxy proxy) throws IOException {
        if (request.method().equals("CONNECT") || !Headers.isLegal(request.method(), "")) {
            throw new IOException(request.uri().getScheme() + "://"
                    + request.uri().getRawAuthority() + " cannot be asked with that method");
        }
        URI uri = request.uri();
        String target = target(uri);
        boolean absolute = proxy != null && "http".equalsIgnoreCase(uri.getScheme());
        ClassicHttpRequest message = new BasicClassicHttpRequest(
                request.method(),
                (HttpHost) null,
                absolute ? uri.getScheme() + "://" + uri.getRawAuthority() + target : target);
        message.addHeader(new BasicHeader("Host", uri.getRawAuthority()));
        RequestFields.forEach(request.headers(), (name, value) -> message.addHeader(new BasicHeader(name, value)));
        if (absolute && proxy != null) {
            proxy.credentials().ifPresent(value -> message.addHeader("Proxy-Authorization", value));
        }
        long length = request.body().length().orElse(-1);
        if (length < 0) {
            message.addHeader(new BasicHeader("Transfer-Encoding", "chunked"));
        } else if (length > 0
                || !(request.method().equals("GET") || request.method().equals("HEAD"))) {
            message.addHeader(new BasicHeader("Content-Length", Long.toString(length)));
        }
        return message;
    }

    private static String target(URI uri) {
        String ascii = isAscii(uri) ? "" : uri.toASCIIString();
        URI plain = ascii.isEmpty() ? uri : URI.create(ascii);
        String path = plain.getRawPath().isEmpty() ? "/" : plain.getRawPath();
        return plain.getRawQuery() == null ? path : path + "?" + plain.getRawQuery();
    }

    private static boolean isAscii(URI uri) {
        return uri.toString().chars().allMatch(c -> c < 0x80);
    }

    static ClassicHttpRequest tunnel(URI uri, EgressProxy proxy) {
        String authority = uri.getHost() + ":" + (uri.getPort() < 0 ? 443 : uri.getPort());
        ClassicHttpRequest message = new BasicClassicHttpRequest("CONNECT", (HttpHost) null, authority);
        message.addHeader("Host", authority);
        proxy.credentials().ifPresent(value -> message.addHeader("Proxy-Authorization", value));
        return message;
    }

    /** Names and values in turn. */
    static List<String> lines(Header[] fields) {
        List<String> lines = new ArrayList<>(2 * fields.length);
        for (Header field : fields) {
            lines.add(field.getName());
            lines.add(field.getValue() == null ? "" : field.getValue());
        }
        return lines;
    }
}

package io.github.registryproxy.servlet;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Target;
import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.OptionalLong;

/** Makes a request of a servlet request: the target as it came on the wire, the fields in order, the body unread. */
final class RequestReader {
    private static final String X_FORWARDED = "X-Forwarded-";
    private static final int SHOWN = 256;
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

    private final ClientResolver clients;

    RequestReader(ClientResolver clients) {
        this.clients = clients;
    }

    /**
     * The request; closing its body ends the reading of it.
     *
     * @throws io.github.registryproxy.protocol.RegistryException when it is for no host of ours
     */
    RegistryRequest read(HttpServletRequest request) {
        String mount = MountPath.of(request);
        Client client = clients.resolve(request, mount);
        RegistryRequest read = RegistryRequest.of(
                request.getMethod(), target(request, mount), headers(request), body(request), client);
        List<X509Certificate> certificates = certificates(request);
        return certificates.isEmpty() ? read : read.with(Client.CERTIFICATES, certificates);
    }

    /** What the container checked itself (Servlet 6.0, section 3.10): never out of a header, which a client could write. */
    private static List<X509Certificate> certificates(HttpServletRequest request) {
        return request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain ? List.of(chain) : List.of();
    }

    private static Target target(HttpServletRequest request, String mount) {
        String uri = request.getRequestURI();
        String path = MountPath.below(mount, uri);
        if (path == null) {
            return Target.of(new Operation.Malformed(
                    uri.length() > SHOWN ? uri.substring(0, SHOWN) : uri,
                    ErrorCode.NAME_INVALID.because("the path is not written as it is served")));
        }
        String query = request.getQueryString();
        return Target.parse(request.getMethod(), query == null ? path : path + "?" + query);
    }

    private Headers headers(HttpServletRequest request) {
        boolean trusted = clients.trusts(request);
        List<String> lines = new ArrayList<>();
        for (Enumeration<String> names = request.getHeaderNames(); names.hasMoreElements(); ) {
            String name = names.nextElement();
            if (isFraming(name) || (!trusted && isForwarding(name))) {
                continue;
            }
            for (Enumeration<String> values = request.getHeaders(name); values.hasMoreElements(); ) {
                String value = values.nextElement();
                if (Headers.isLegal(name, value)) {
                    lines.add(name);
                    lines.add(value);
                }
            }
        }
        return Headers.of(lines.toArray(String[]::new));
    }

    private static boolean isFraming(String name) {
        return name.equalsIgnoreCase(HeaderNames.CONTENT_LENGTH)
                || name.equalsIgnoreCase(HeaderNames.TRANSFER_ENCODING)
                || name.equalsIgnoreCase("Expect");
    }

    private static boolean isForwarding(String name) {
        return name.equalsIgnoreCase("Forwarded") || name.regionMatches(true, 0, X_FORWARDED, 0, X_FORWARDED.length());
    }

    /** A body of GET or HEAD has no meaning (RFC 9110 section 9.3.1): it is neither read nor passed on. */
    private static Body body(HttpServletRequest request) {
        String method = request.getMethod();
        if (method.equals("GET") || method.equals("HEAD")) {
            return Body.empty();
        }
        OptionalLong length = request.getHeader(HeaderNames.TRANSFER_ENCODING) != null
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, request.getContentLengthLong()));
        boolean none = length.isPresent() && length.getAsLong() == 0;
        return none ? Body.empty() : Body.of(new RequestBody(request::getInputStream, length), length);
    }
}

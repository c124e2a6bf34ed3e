package io.github.registryproxy.servlet;

import com.google.common.collect.ImmutableSortedSet;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Link;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Writes one response: status and fields, then the body as it comes. The framing is made here, from the body's length. */
final class ResponseWriter {
    /** A body longer than this lets its head go ahead: upstream may be slow with the first byte. */
    private static final int LARGE = 64 * 1024;

    /** The edge's own (RFC 9110 section 7.6.1), and the cookies of others. */
    private static final Set<String> KEPT_BACK = ImmutableSortedSet.orderedBy(String.CASE_INSENSITIVE_ORDER)
            .add("Connection", "Content-Length", "Keep-Alive", "Proxy-Connection", "Set-Cookie", "Set-Cookie2")
            .add("TE", "Trailer", "Transfer-Encoding", "Upgrade")
            .build();

    private final HttpServletResponse response;
    private final boolean head;
    private Abortable abortable = Abortable.none();

    /** @param head whether the request was a HEAD */
    ResponseWriter(HttpServletResponse response, boolean head) {
        this.response = response;
        this.head = head;
    }

    /**
     * Writes all of it; closing it stays the caller's.
     *
     * @param mountPath what the client puts before registry paths, without origin
     * @throws ClientGoneException when the client does not take it
     * @throws IOException when the body breaks
     */
    void write(RegistryResponse answer, String mountPath) throws IOException {
        response.setStatus(answer.status());
        response.setCharacterEncoding(null); // a filter may have set one, which no type of a registry has
        writeHeaders(answer, mountPath);
        if (head) {
            writeHead(answer);
        } else if (answer.status() == 204 || answer.status() == 304) {
            commit(); // or a container would add a length
        } else {
            writeBody(answer);
        }
    }

    /** What {@link #write} needs of a client, for those whose client is not known. */
    static String mountPath(Client client) {
        String path = client.base().getRawPath();
        return path == null ? "" : path;
    }

    /** Makes sure that what has been sent of the response cannot pass for the whole. */
    void abort(IOException cause) {
        abortable.fail(cause);
    }

    private void writeHeaders(RegistryResponse answer, String mountPath) {
        Set<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        answer.headers().forEach((name, value) -> {
            if (KEPT_BACK.contains(name)) {
                return;
            }
            String here = here(name, value, mountPath);
            if (seen.add(name)) {
                response.setHeader(name, here); // in place of the container's own, such as Date
            } else {
                response.addHeader(name, here);
            }
        });
        // Whatever a blob is, a browser must not run it as a page of the application around us.
        response.setHeader("X-Content-Type-Options", "nosniff");
    }

    private static String here(String name, String value, String mountPath) {
        if (name.equalsIgnoreCase(HeaderNames.LOCATION)) {
            return mounted(value, mountPath);
        }
        return name.equalsIgnoreCase(HeaderNames.LINK) ? mountedLinks(value, mountPath) : value;
    }

    private static String mounted(String reference, String mountPath) {
        return reference.startsWith("/") && !reference.startsWith("//") ? mountPath + reference : reference;
    }

    private static String mountedLinks(String field, String mountPath) {
        if (mountPath.isEmpty()) {
            return field;
        }
        return Link.parse(field).stream()
                .map(link -> link.withTarget(mounted(link.target(), mountPath)).toString())
                .collect(Collectors.joining(", "));
    }

    /** The length of a HEAD's answer is data: what a GET would give. Committed here, or a container would say 0. */
    private void writeHead(RegistryResponse answer) throws IOException {
        OptionalLong length = answer.headers().contentLength();
        if (length.isEmpty() && answer.body().length().orElse(0) > 0) {
            length = answer.body().length();
        }
        length.ifPresent(response::setContentLengthLong);
        commit();
    }

    private void writeBody(RegistryResponse answer) throws IOException {
        OptionalLong length = answer.body().length();
        boolean streaming = length.orElse(Long.MAX_VALUE) > LARGE;
        if (length.isPresent()) {
            response.setContentLengthLong(length.getAsLong());
        } else {
            abortable = Abortable.arm(response);
        }
        if (streaming) {
            commit();
        }
        OutputSink sink = new OutputSink(response.getOutputStream(), length, streaming);
        answer.body().writeTo(sink);
        sink.finish();
    }

    private void commit() throws IOException {
        try {
            response.flushBuffer();
        } catch (IOException e) {
            throw new ClientGoneException("the client does not take the response", e);
        }
    }
}

package io.github.registryproxy.google;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import com.google.common.net.InetAddresses;
import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.auth.CredentialsKind.Surroundings;
import io.github.registryproxy.auth.EndpointClient;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.TransportRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The library's requests on core's transports: answers are small and come in time, names never lead to this machine or to link-local
 * addresses. What is beside the process (the metadata server, addresses that a credentials file spells out) is asked directly.
 */
final class CoreTransport extends HttpTransport {
    private static final String METADATA = "metadata.google.internal";
    private static final Set<String> FRAMING = Set.of("content-length", "host", "accept-encoding", "content-encoding");

    private final EndpointClient services;
    private final EndpointClient beside;
    private final String metadata;
    private final UnaryOperator<URI> route;

    CoreTransport(Surroundings process, UnaryOperator<URI> route) {
        this.services = new EndpointClient(process.transport());
        this.beside = new EndpointClient(process.metadata());
        this.metadata = process.variable("GCE_METADATA_HOST").orElse(METADATA);
        this.route = route;
    }

    @Override
    protected LowLevelHttpRequest buildRequest(String method, String url) {
        return new Request(method, url);
    }

    private final class Request extends LowLevelHttpRequest {
        private final String method;
        private final String url;
        private final List<String> lines = new ArrayList<>();

        Request(String method, String url) {
            this.method = method;
            this.url = url;
        }

        @Override
        public void addHeader(String name, String value) {
            if (!FRAMING.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                lines.add(name);
                lines.add(value);
            }
        }

        @Override
        public LowLevelHttpResponse execute() throws IOException {
            try {
                return new Response(ask());
            } catch (InterruptedIOException | GoogleFailures.Told e) {
                throw e;
            } catch (IOException e) {
                throw new GoogleFailures.Told(String.valueOf(e.getMessage()));
            } catch (IllegalArgumentException e) {
                throw new GoogleFailures.Told("Google's credentials name an address that cannot be asked");
            }
        }

        private EndpointClient.Answer ask() throws IOException {
            URI uri = URI.create(url);
            boolean server = METADATA.equals(uri.getHost()) || metadata.equals(uri.getRawAuthority());
            if (METADATA.equals(uri.getHost())) {
                // Where the variable says it is; the library looks at the JVM's own environment.
                uri = URI.create(url.replaceFirst(METADATA, metadata));
            }
            uri = route.apply(uri);
            Headers headers = Headers.of(lines.toArray(String[]::new));
            if (getContentType() != null) {
                headers = headers.with(HeaderNames.CONTENT_TYPE, getContentType());
            }
            boolean direct = server || isSpelledOut(uri);
            return (direct ? beside : services)
                    .ask(new TransportRequest(
                            method, uri, headers, content(), direct ? AddressPolicy.ANY : EndpointClient.SERVICES));
        }

        private Body content() throws IOException {
            if (getStreamingContent() == null) {
                return Body.empty();
            }
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            getStreamingContent().writeTo(content);
            return Body.of(content.toByteArray());
        }
    }

    private static boolean isSpelledOut(URI uri) {
        String host = String.valueOf(uri.getHost()).replaceAll("^\\[|]$", "");
        return host.equals("localhost") || InetAddresses.isInetAddress(host);
    }
}

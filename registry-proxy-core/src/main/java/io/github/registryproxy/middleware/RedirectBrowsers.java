package io.github.registryproxy.middleware;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Operation;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;

/**
 * Sends people who open an image's address in a browser to where it can be looked at: GET of a page ({@code text/html}) outside
 * {@code /v2/} gets 307 to the target, with the path appended. Clients of the registry pass.
 *
 * <p>The Location is built from the configured target and characters that are plain in a path; anything else leads to the
 * target itself, so nobody is ever sent elsewhere.
 *
 * <pre>{@code
 * RegistryProxy.builder().use(new RedirectBrowsers(URI.create("https://gcr.io/project"))).upstream(gcr).build();
 * }</pre>
 */
public final class RedirectBrowsers implements Middleware {
    private static final int LONGEST = 1024;

    private final String target;

    /** With the page's address, http or https, without query and fragment. */
    public RedirectBrowsers(URI target) {
        boolean http = "https".equalsIgnoreCase(target.getScheme()) || "http".equalsIgnoreCase(target.getScheme());
        if (!http || target.getHost() == null || target.getRawUserInfo() != null || target.getRawQuery() != null) {
            throw new IllegalArgumentException(
                    "browsers are redirected to an http or https address without user info and query");
        }
        String text = target.toString();
        this.target = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        boolean page = request.operation() instanceof Operation.Other
                && request.method().equals("GET")
                && request.headers().all(HeaderNames.ACCEPT).stream()
                        .anyMatch(accept -> accept.toLowerCase(Locale.ROOT).contains("text/html"))
                && !request.operation().path().startsWith("/v2/");
        if (!page) {
            return next.handle(request);
        }
        String path = request.operation().path();
        Headers headers = Headers.of(
                HeaderNames.LOCATION,
                isPlain(path) ? target + path : target + "/",
                HeaderNames.CACHE_CONTROL,
                "no-store");
        return RegistryResponse.of(307, headers, Body.empty());
    }

    private static boolean isPlain(String path) {
        boolean characters = path.length() <= LONGEST
                && path.startsWith("/")
                && path.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || "/-._~:@".indexOf(c) >= 0);
        return characters && !path.contains("//") && !path.contains("/.");
    }
}

package io.github.registryproxy.servlet;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * What stands before registry paths in a request's URI: the context path, and the servlet's own unless it is part of the
 * protocol ({@code /v2/*}). It is taken from what the application declared, never from what the container made of the path.
 */
final class MountPath {
    private static final String[] PROTOCOL = {"/v2/", "/v2", "/_token"};

    private MountPath() {}

    /** Empty, or a path without a final slash. */
    static String of(HttpServletRequest request) {
        return request.getServletContext().getContextPath()
                + ofPattern(request.getHttpServletMapping().getPattern());
    }

    static String ofPattern(String pattern) {
        boolean all = pattern.endsWith("/*");
        String path = all ? pattern.substring(0, pattern.length() - 2) : pattern;
        for (String known : PROTOCOL) {
            if (path.endsWith(known)) {
                return path.substring(0, path.length() - known.length());
            }
        }
        return all ? path : "";
    }

    /** The URI's path below the mount, not decoded; null when it does not lie below, as written. */
    static @Nullable String below(String mount, String uri) {
        String path = withoutOrigin(uri);
        if (!path.startsWith(mount)) {
            return null;
        }
        String rest = path.substring(mount.length());
        return rest.isEmpty() ? "/" : rest.startsWith("/") ? rest : null;
    }

    /** Of an absolute-form target (RFC 9112 section 3.2.2) the path alone: no container's word on it is needed. */
    private static String withoutOrigin(String uri) {
        boolean absolute = uri.regionMatches(true, 0, "http://", 0, 7) || uri.regionMatches(true, 0, "https://", 0, 8);
        if (!absolute) {
            return uri;
        }
        int slash = uri.indexOf('/', uri.indexOf("//") + 2);
        return slash < 0 ? "/" : uri.substring(slash);
    }
}

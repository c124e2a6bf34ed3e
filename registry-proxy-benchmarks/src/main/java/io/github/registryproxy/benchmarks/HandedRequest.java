package io.github.registryproxy.benchmarks;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.MappingMatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a container would hand to a servlet at {@code /*}; what the servlet does not use fails. */
final class HandedRequest extends HttpServletRequestWrapper {
    private static final ServletContext ROOT = Unused.but(ServletContext.class, "getContextPath", "");

    private static final HttpServletMapping ALL = new HttpServletMapping() {
        @Override
        public String getMatchValue() {
            return "";
        }

        @Override
        public String getPattern() {
            return "/*";
        }

        @Override
        public String getServletName() {
            return "registry";
        }

        @Override
        public MappingMatch getMappingMatch() {
            return MappingMatch.PATH;
        }
    };

    private final String method;
    private final String target;
    private final String[] fields = Sample.fields();
    private final List<String> names = new ArrayList<>();

    HandedRequest(String method, String target) {
        super(Unused.of(HttpServletRequest.class));
        this.method = method;
        this.target = target;
        for (int i = 0; i < fields.length; i += 2) {
            names.add(fields[i]);
        }
    }

    @Override
    public String getMethod() {
        return method;
    }

    @Override
    public String getRequestURI() {
        return target;
    }

    @Override
    public @Nullable String getQueryString() {
        return null;
    }

    @Override
    public ServletContext getServletContext() {
        return ROOT;
    }

    @Override
    public HttpServletMapping getHttpServletMapping() {
        return ALL;
    }

    @Override
    public DispatcherType getDispatcherType() {
        return DispatcherType.REQUEST;
    }

    @Override
    public boolean isAsyncSupported() {
        return false;
    }

    @Override
    public String getScheme() {
        return "http";
    }

    @Override
    public String getRemoteAddr() {
        return "192.0.2.7";
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        return null;
    }

    @Override
    public long getContentLengthLong() {
        return -1;
    }

    @Override
    public Enumeration<String> getHeaderNames() {
        return Collections.enumeration(names);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        String value = getHeader(name);
        return value == null ? Collections.emptyEnumeration() : Collections.enumeration(List.of(value));
    }

    @Override
    public @Nullable String getHeader(String name) {
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
                return fields[i + 1];
            }
        }
        return null;
    }
}

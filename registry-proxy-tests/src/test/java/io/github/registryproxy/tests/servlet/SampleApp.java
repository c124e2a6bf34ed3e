package io.github.registryproxy.tests.servlet;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.servlet.ClientResolver;
import io.github.registryproxy.servlet.RegistryProxyServlet;
import io.github.registryproxy.servlet.ServletSettings;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The application under test: at the root nothing but the servlet; in any other context several, beside another one. */
final class SampleApp implements ServletContainerInitializer {
    private final SampleHandler handler = new SampleHandler();

    @Override
    public void onStartup(@Nullable Set<Class<?>> classes, ServletContext context) {
        ServletSettings plain =
                ServletSettings.of(RegistryProxy.builder().upstream(handler).build());
        if (context.getContextPath().isEmpty()) {
            add(context, "proxy", plain, "/*");
            return;
        }
        ExecutorService pool = Executors.newCachedThreadPool(SampleApp::daemon);
        add(context, "proxy", plain, "/v2/*", "/_token");
        add(context, "below", plain, "/registry/*");
        add(context, "sync", plain.onContainerThreads(), "/sync/*");
        add(context, "pool", plain.executor(pool).closing(pool::shutdownNow), "/pool/*");
        add(context, "full", plain.executor(SampleApp::reject), "/full/*");
        // Two hops: loopback, and a proxy in front of it.
        ClientResolver trusting = ClientResolver.fromRequest()
                .trustedProxies(peer -> peer.isLoopbackAddress() || peer.equals(address("10.0.0.1")));
        add(context, "trusting", plain.clients(trusting), "/trusting/*");
        add(
                context,
                "public",
                plain.clients(ClientResolver.fromRequest().publicUrl(URI.create("https://r.example/reg/"))),
                "/public/*");
        add(
                context,
                "listed",
                plain.clients(ClientResolver.fromRequest().allowedHosts(List.of("good.example", "other.example:99"))),
                "/listed/*");
        add(context, "forced", plain, "/forced/*");
        FilterRegistration.Dynamic forcing = context.addFilter("forcing", SampleApp::forceCharset);
        forcing.setAsyncSupported(true);
        forcing.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/forced/*");
        context.addServlet("hello", new Hello()).addMapping("/hello");
    }

    /** As the encoding filters of frameworks do. */
    private static void forceCharset(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        request.setCharacterEncoding("UTF-8");
        response.setCharacterEncoding("UTF-8");
        chain.doFilter(request, response);
    }

    private static void add(ServletContext context, String name, ServletSettings settings, String... patterns) {
        ServletRegistration.Dynamic servlet = context.addServlet(name, new RegistryProxyServlet(settings));
        servlet.setAsyncSupported(true);
        servlet.addMapping(patterns);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "sample-pool");
        thread.setDaemon(true);
        return thread;
    }

    private static void reject(Runnable work) {
        throw new RejectedExecutionException("full");
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The application's own servlet. */
    static final class Hello extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setContentType("text/plain");
            response.setHeader("X-Hello", String.valueOf(request.getParameter("q")));
            response.getWriter().print("hello " + request.getRequestURI());
        }
    }
}

package io.github.registryproxy.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.Mockito.mock;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryResponse;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryProxyServletTest {
    private final RegistryHandler handler = request -> RegistryResponse.of(200);
    private final AtomicInteger closed = new AtomicInteger();

    @Test
    void destroying_it_closes_what_it_owns_and_nothing_else() throws ServletException {
        RegistryProxyServlet owner =
                new RegistryProxyServlet(ServletSettings.of(handler).closing(closed::incrementAndGet));
        owner.init(mock(ServletConfig.class));
        owner.destroy();
        assertEquals(1, closed.get());
        RegistryProxyServlet guest = new RegistryProxyServlet(handler);
        guest.init(mock(ServletConfig.class));
        guest.destroy();
        assertEquals(1, closed.get());
    }

    @Test
    void a_subclass_says_what_it_serves_when_the_container_starts_it() throws ServletException {
        AtomicInteger asked = new AtomicInteger();
        RegistryProxyServlet servlet = new RegistryProxyServlet() {
            private static final long serialVersionUID = 1;

            @Override
            protected ServletSettings settings() {
                asked.incrementAndGet();
                return ServletSettings.of(handler).closing(closed::incrementAndGet);
            }
        };
        servlet.destroy(); // before init there is nothing to close
        servlet.init(mock(ServletConfig.class));
        servlet.destroy();
        assertEquals(1, asked.get());
        assertEquals(1, closed.get());
    }

    @Test
    void a_subclass_that_says_nothing_does_not_start() {
        RegistryProxyServlet servlet = new RegistryProxyServlet() {
            private static final long serialVersionUID = 1;
        };
        assertThrows(ServletException.class, () -> servlet.init(mock(ServletConfig.class)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://r.example", "/reg", "https://r.example/?a", "https://r.example/#a", "https:r"})
    void a_public_url_is_one_that_clients_can_use(String url) {
        assertThrows(
                IllegalArgumentException.class,
                () -> ClientResolver.fromRequest().publicUrl(URI.create(url)));
    }

    @Test
    void an_allowed_host_is_a_host() {
        assertThrows(
                RuntimeException.class, () -> ClientResolver.fromRequest().allowedHosts(List.of("http://r.example")));
    }
}

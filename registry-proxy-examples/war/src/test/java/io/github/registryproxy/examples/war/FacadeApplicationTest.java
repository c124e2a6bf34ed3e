package io.github.registryproxy.examples.war;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.github.registryproxy.servlet.RegistryProxyServlet;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletRegistration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

/** What a deployment does; what it serves is shown on real containers. */
class FacadeApplicationTest {
    private final ServletContext context = mock();
    private final ServletRegistration.Dynamic servlet = mock();

    @Test
    void everything_below_the_context_path_is_the_facade_s() {
        when(context.addServlet(anyString(), any(Servlet.class))).thenReturn(servlet);

        start(Map.of("REGISTRY_HOST", "https://r.example", "REPO_PREFIX", "team/a"));

        ArgumentCaptor<Servlet> mounted = ArgumentCaptor.captor();
        verify(context).addServlet(anyString(), mounted.capture());
        verify(servlet).addMapping("/*");
        verify(servlet).setAsyncSupported(true);
        verify(servlet).setLoadOnStartup(1);
        ((RegistryProxyServlet) mounted.getValue()).destroy();
    }

    @Test
    void a_wrong_setting_stops_the_deployment_with_one_line() {
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class,
                () -> start(Map.of("REGISTRY_HOST", "https://r.example", "BLOB_DELIVERY", "mail")));

        assertEquals(
                "/mirror is not served: BLOB_DELIVERY=mail (context parameter): expected redirect or stream",
                refusal.getMessage());
        verify(context, never()).addServlet(anyString(), any(Servlet.class));
    }

    private void start(Map<String, String> parameters) {
        when(context.getContextPath()).thenReturn("/mirror");
        parameters.forEach((name, value) -> when(context.getInitParameter(name)).thenReturn(value));
        new FacadeApplication().contextInitialized(new ServletContextEvent(context));
    }
}

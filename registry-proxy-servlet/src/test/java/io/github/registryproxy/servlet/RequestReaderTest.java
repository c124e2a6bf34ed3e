package io.github.registryproxy.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.github.registryproxy.Client;
import io.github.registryproxy.RegistryRequest;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RequestReaderTest {
    private final HttpServletRequest request = mock(HttpServletRequest.class);
    private final RequestReader reader =
            new RequestReader(ClientResolver.fromRequest().trustedProxies(address -> true));

    @BeforeEach
    void ask() {
        when(request.getMethod()).thenReturn("GET");
        when(request.getRequestURI()).thenReturn("/v2/");
        ServletContext context = mock(ServletContext.class);
        when(context.getContextPath()).thenReturn("");
        when(request.getServletContext()).thenReturn(context);
        HttpServletMapping mapping = mock(HttpServletMapping.class);
        when(mapping.getPattern()).thenReturn("/*");
        when(request.getHttpServletMapping()).thenReturn(mapping);
        when(request.getScheme()).thenReturn("https");
        when(request.getRemoteAddr()).thenReturn("192.0.2.7");
        when(request.getHeaders("Host")).thenAnswer(call -> Collections.enumeration(List.of("r.example")));
        when(request.getHeaders("Forwarded")).thenAnswer(call -> Collections.emptyEnumeration());
        when(request.getHeaders("X-Forwarded-For")).thenAnswer(call -> Collections.emptyEnumeration());
        when(request.getHeaders("X-Forwarded-Proto")).thenAnswer(call -> Collections.emptyEnumeration());
        when(request.getHeaders("X-Forwarded-Host")).thenAnswer(call -> Collections.emptyEnumeration());
        when(request.getHeaders("X-Forwarded-Port")).thenAnswer(call -> Collections.emptyEnumeration());
        when(request.getHeaderNames()).thenAnswer(call -> Collections.emptyEnumeration());
    }

    private Optional<List<X509Certificate>> certificates() {
        RegistryRequest read = reader.read(request);
        return read.get(Client.CERTIFICATES);
    }

    @Test
    void the_certificates_that_the_container_checked_are_the_clients() {
        X509Certificate certificate = mock(X509Certificate.class);
        when(request.getAttribute("jakarta.servlet.request.X509Certificate"))
                .thenReturn(new X509Certificate[] {certificate});
        assertEquals(Optional.of(List.of(certificate)), certificates());
    }

    @Test
    void a_header_is_no_certificate_not_even_from_a_trusted_proxy() {
        for (String name : List.of("X-Client-Cert", "X-SSL-CERT", "Client-Cert")) {
            when(request.getHeaderNames()).thenAnswer(call -> Collections.enumeration(List.of(name)));
            when(request.getHeaders(name)).thenAnswer(call -> Collections.enumeration(List.of("MIIB")));
            assertEquals(Optional.empty(), certificates());
        }
    }

    @Test
    void without_certificates_there_are_none() {
        when(request.getAttribute("jakarta.servlet.request.X509Certificate")).thenReturn(new X509Certificate[0]);
        assertEquals(Optional.empty(), certificates());
    }
}

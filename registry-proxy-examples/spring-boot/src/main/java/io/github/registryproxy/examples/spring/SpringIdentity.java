package io.github.registryproxy.examples.spring;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Identity;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;

// region identity
/** Who logged in to Spring Security is who asks; the authorities are the groups, and the password ends here. */
final class SpringIdentity implements Middleware {
    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        Authentication login = SecurityContextHolder.getContext().getAuthentication();
        if (login == null || !login.isAuthenticated()) {
            // A filter chain that forgets /v2/** must not open it.
            return RegistryResponse.of(ErrorCode.DENIED.because("nobody is logged in"));
        }
        Set<String> groups = login.getAuthorities().stream()
                .map(GrantedAuthority::getAuthority)
                .collect(Collectors.toSet());
        return next.handle(new Identity(login.getName(), groups)
                .on(request)
                .withHeaders(headers -> headers.without(HeaderNames.AUTHORIZATION, HeaderNames.COOKIE)));
    }
}
// endregion

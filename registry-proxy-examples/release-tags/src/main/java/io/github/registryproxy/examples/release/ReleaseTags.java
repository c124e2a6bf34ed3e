package io.github.registryproxy.examples.release;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.middleware.AccessLog;
import io.github.registryproxy.middleware.PullOnly;
import io.github.registryproxy.middleware.RefuseCatalog;
import io.github.registryproxy.policy.AllowTags;
import io.github.registryproxy.policy.Rules;
import io.github.registryproxy.servlet.RegistryProxyServlet;
import io.github.registryproxy.servlet.ServletSettings;
import io.github.registryproxy.upstream.BlobDelivery;
import io.github.registryproxy.upstream.HttpUpstream;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import java.net.URI;
import java.util.Objects;

/** The whole application: the registry in REGISTRY, as far as the tags in TAGS lead. */
@WebServlet(urlPatterns = "/v2/*", loadOnStartup = 1, asyncSupported = true)
public final class ReleaseTags extends RegistryProxyServlet {
    private static final long serialVersionUID = 1;

    // region servlet
    @Override
    protected ServletSettings settings() throws ServletException {
        try {
            URI registry = URI.create(setting("REGISTRY"));
            Rules tags = Rules.ofTags(setting("TAGS").split(" "));
            RegistryProxy proxy = proxy(
                    tags,
                    HttpUpstream.to(registry).blobDelivery(BlobDelivery.STREAM).build());
            return ServletSettings.of(proxy).closing(proxy);
        } catch (IllegalArgumentException e) {
            throw new ServletException("release-tags is not served: " + e.getMessage(), e);
        }
    }

    static RegistryProxy proxy(Rules tags, RegistryHandler registry) {
        return RegistryProxy.builder()
                .use(new AccessLog())
                .use(new PullOnly())
                .use(new RefuseCatalog())
                .use(AllowTags.builder(tags).build())
                .upstream(registry)
                .build();
    }
    // endregion

    /** A context parameter, else from the environment. */
    private String setting(String name) {
        String parameter = getServletContext().getInitParameter(name);
        String value = parameter == null ? System.getenv(name) : parameter;
        return Objects.requireNonNullElseGet(value, () -> {
            throw new IllegalArgumentException(name + " is not set");
        });
    }
}

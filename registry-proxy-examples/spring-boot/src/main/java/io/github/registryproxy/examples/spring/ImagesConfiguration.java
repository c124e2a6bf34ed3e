package io.github.registryproxy.examples.spring;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.middleware.AccessLog;
import io.github.registryproxy.middleware.PullOnly;
import io.github.registryproxy.middleware.RenameRepository;
import io.github.registryproxy.servlet.RegistryProxyServlet;
import io.github.registryproxy.servlet.ServletSettings;
import io.github.registryproxy.upstream.BlobDelivery;
import io.github.registryproxy.upstream.HttpUpstream;
import java.net.URI;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The images: a servlet of their own, beside Spring's. */
@Configuration(proxyBeanMethods = false)
class ImagesConfiguration {
    // region servlet
    @Bean
    ServletRegistrationBean<RegistryProxyServlet> images(RegistryProxy proxy) {
        // Spring Security knows the user on the thread that it called, so the work is done there: a virtual one on Java
        // 21
        // and newer, by spring.threads.virtual.enabled.
        ServletSettings settings = ServletSettings.of(proxy).onContainerThreads();
        ServletRegistrationBean<RegistryProxyServlet> images =
                new ServletRegistrationBean<>(new RegistryProxyServlet(settings), "/v2/*");
        images.setAsyncSupported(true);
        return images;
    }

    /** Spring closes it. */
    @Bean
    RegistryProxy proxy(@Qualifier("upstream") RegistryHandler upstream, @Value("${images.prefix}") String prefix) {
        return RegistryProxy.builder()
                .use(new AccessLog())
                .use(new SpringIdentity())
                .use(new PullOnly())
                .use(RenameRepository.under(prefix))
                .upstream(upstream)
                .build();
    }
    // endregion

    /** The proxy closes it. */
    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean(name = "upstream")
    RegistryHandler upstream(@Value("${images.registry}") URI registry) {
        return HttpUpstream.to(registry).blobDelivery(BlobDelivery.STREAM).build();
    }
}

package io.github.registryproxy.examples.war;

import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.facade.SettingException;
import io.github.registryproxy.facade.SettingSource;
import io.github.registryproxy.servlet.RegistryProxyServlet;
import io.github.registryproxy.servlet.ServletSettings;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.annotation.WebListener;
import java.util.Optional;

/**
 * Mounts the facade that context parameters and the environment describe, at everything below the context path.
 *
 * <p>A listener and no annotated servlet: when a setting is wrong the application does not start at all, where a servlet that
 * fails leaves an empty one running.
 */
@WebListener
public final class FacadeApplication implements ServletContextListener {
    /** Made by the container. */
    public FacadeApplication() {}

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        Facade facade = facade(context);
        context.log("registry proxy in front of " + facade.upstream());
        facade.warnings().forEach(context::log);
        ServletRegistration.Dynamic servlet = context.addServlet(
                "registry-proxy",
                new RegistryProxyServlet(ServletSettings.of(facade.proxy())
                        .clients(facade.clients())
                        .closing(facade)));
        servlet.setAsyncSupported(true);
        servlet.setLoadOnStartup(1);
        servlet.addMapping("/*");
    }

    private static Facade facade(ServletContext context) {
        try {
            return Facade.of(
                    SettingSource.named(
                            "context parameter", name -> Optional.ofNullable(context.getInitParameter(name))),
                    SettingSource.environment(System.getenv()));
        } catch (SettingException e) {
            throw new IllegalArgumentException(e.getMessage());
        }
    }
}

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
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;

/**
 * Mounts the facade that context parameters and the environment describe, at everything below the context path.
 *
 * <p>A listener and no annotated servlet: when a setting is wrong the application does not start at all, where a servlet that
 * fails leaves an empty one running.
 */
@WebListener
public final class FacadeApplication implements ServletContextListener {
    private static final Logger LOG = System.getLogger(FacadeApplication.class.getPackageName());

    /** Made by the container. */
    public FacadeApplication() {}

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        Facade facade = facade(context);
        LOG.log(Level.INFO, "{0} serves {1}", where(context), facade.upstream());
        facade.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
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
            String line = where(context) + " is not served: " + e.getMessage();
            LOG.log(Level.ERROR, line);
            throw new IllegalArgumentException(line);
        }
    }

    private static String where(ServletContext context) {
        String path = context.getContextPath();
        return path.isEmpty() ? "/" : path;
    }
}

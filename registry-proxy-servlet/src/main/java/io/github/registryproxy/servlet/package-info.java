/**
 * A registry proxy in any container of Jakarta Servlet 6, alone or beside other servlets of an application.
 *
 * <p>A mount in ten lines, here on embedded Jetty:
 *
 * <pre>{@code
 * ServletContextHandler app = new ServletContextHandler("/", ServletContextHandler.NO_SESSIONS);
 * app.addServlet(HelloServlet.class, "/hello");
 * ServletHolder holder = new ServletHolder(new RegistryProxyServlet(proxy));
 * holder.setAsyncSupported(true);
 * app.addServlet(holder, "/v2/*");
 * app.addServlet(holder, "/_token");
 * server.setHandler(app);
 * server.start();
 * }</pre>
 *
 * <p>It may be mounted at {@code /*}, at {@code /v2/*} (with {@code /_token} where tokens are passed on), or below any path
 * such as {@code /registry/*}, in any context. Declare it with asynchronous support: then slow clients and slow upstreams
 * hold none of the container's threads on Java 21 and newer.
 *
 * <p>The request's path is read as it came; a container that refuses or rewrites odd paths before a servlet sees them does
 * no harm, since nothing that is legal in this protocol needs an escape. Settings that pushes need:
 *
 * <ul>
 *   <li>Tomcat: {@code continueResponseTiming="onRead"} on the connector, or a push is asked for its body before anybody
 *       decided to refuse it;
 *   <li>Undertow: {@code MAX_ENTITY_SIZE} of -1, or bodies end at 2 MB; it also takes a malformed chunk size for the end of
 *       a body, which the digest at the end of an upload finds out;
 *   <li>Jetty: none.
 * </ul>
 */
@NullMarked
package io.github.registryproxy.servlet;

import org.jspecify.annotations.NullMarked;

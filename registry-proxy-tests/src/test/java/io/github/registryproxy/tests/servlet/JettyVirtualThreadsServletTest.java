package io.github.registryproxy.tests.servlet;

import org.eclipse.jetty.util.VirtualThreads;

/** Jetty with a virtual thread per request, where the JDK has them. */
class JettyVirtualThreadsServletTest extends ServletContract {
    JettyVirtualThreadsServletTest() {
        super(JettyContainer::startVirtual);
    }

    @Override
    boolean onVirtualThreads() {
        return VirtualThreads.areSupported();
    }
}

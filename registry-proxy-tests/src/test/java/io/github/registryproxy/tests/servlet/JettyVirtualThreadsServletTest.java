package io.github.registryproxy.tests.servlet;

import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Jetty with a virtual thread per request, where the JDK has them. */
class JettyVirtualThreadsServletTest extends JettyServletTest {
    @Override
    QueuedThreadPool threads() {
        QueuedThreadPool threads = super.threads();
        threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        return threads;
    }

    @Override
    boolean onVirtualThreads() {
        return VirtualThreads.areSupported();
    }
}

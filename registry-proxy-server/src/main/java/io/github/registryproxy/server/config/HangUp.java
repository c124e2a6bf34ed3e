package io.github.registryproxy.server.config;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/** SIGHUP, where the JVM and the system have it. By reflection, since the JDK's own class for it is no part of Java. */
final class HangUp {
    private HangUp() {}

    /** Runs that in a thread of the JVM at each of them; false where there are none. */
    static boolean handle(Runnable work) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler invoked = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    work.run();
                    return null;
                }
                return method.getName().equals("equals")
                        ? (Object) (proxy == arguments[0])
                        : (Object) proxy.getClass().hashCode();
            };
            Object ours = Proxy.newProxyInstance(HangUp.class.getClassLoader(), new Class<?>[] {handler}, invoked);
            Object hup = signal.getConstructor(String.class).newInstance("HUP");
            signal.getMethod("handle", signal, handler).invoke(null, hup, ours);
            return true;
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            return false;
        }
    }
}

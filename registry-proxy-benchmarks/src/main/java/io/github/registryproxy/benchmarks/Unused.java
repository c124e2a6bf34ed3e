package io.github.registryproxy.benchmarks;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/** Interfaces with many methods, of which a benchmark uses one or none: the others fail. */
final class Unused {
    private Unused() {}

    static <T> T of(Class<T> type) {
        return made(type, (self, method, arguments) -> {
            throw new UnsupportedOperationException(method.toString());
        });
    }

    /** Of a method without arguments, which always answers the same. */
    static <T> T but(Class<T> type, String used, Object answer) {
        return made(type, (self, method, arguments) -> {
            if (method.getName().equals(used)) {
                return answer;
            }
            throw new UnsupportedOperationException(method.toString());
        });
    }

    private static <T> T made(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}

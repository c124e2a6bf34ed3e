package io.github.registryproxy.servlet;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Virtual threads where the JDK has them; this library is compiled for one that has not. */
final class VirtualThreads {
    private static final @Nullable MethodHandle START = find(MethodType.methodType(Thread.class, Runnable.class));
    private static final @Nullable MethodHandle IS_VIRTUAL = isVirtual();

    private VirtualThreads() {}

    /** A thread per task; nothing to shut down. */
    static Optional<Executor> executor() {
        return START == null ? Optional.empty() : Optional.of(VirtualThreads::start);
    }

    /** Whether the caller runs on one, and so need not save its thread. */
    static boolean isCurrent() {
        try {
            return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void start(Runnable task) {
        try {
            if (START != null) {
                Object unused = START.invoke(task);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable MethodHandle find(MethodType type) {
        try {
            return MethodHandles.publicLookup().findStatic(Thread.class, "startVirtualThread", type);
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return null; // before Java 21
        }
    }

    private static @Nullable MethodHandle isVirtual() {
        try {
            MethodType type = MethodType.methodType(boolean.class);
            return MethodHandles.publicLookup().findVirtual(Thread.class, "isVirtual", type);
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return null; // before Java 21
        }
    }
}

package io.github.registryproxy.internal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/**
 * Tasks in threads of their own. Whatever a task throws is logged, and a task that cannot be started is handled like one that
 * failed: no waiter is left without an answer. Internal to this project.
 */
public final class Tasks {
    private static final Logger LOG = System.getLogger(Tasks.class.getName());

    private Tasks() {}

    /** Threads of that name which keep no process alive. */
    public static ThreadFactory daemons(String name) {
        return work -> daemon(name, work);
    }

    /** A thread that keeps no process alive, not yet started. */
    public static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /** An executor with a new thread for each task; what a task throws is logged. */
    public static Executor inOwnThread(String name) {
        return work -> daemon(name, guarded(name, work)).start();
    }

    /**
     * The task, which logs whatever it throws and returns normally: a scheduled one is run again the next time.
     *
     * @param name of the task, for the log
     */
    public static Runnable guarded(String name, Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable e) {
                failed(name, e);
            }
        };
    }

    /**
     * Runs the task in one of these threads.
     *
     * @param otherwise is given what kept the task from starting, or what it threw; tells those who wait
     */
    public static void start(Executor threads, Runnable task, Consumer<Throwable> otherwise) {
        try {
            threads.execute(() -> {
                try {
                    task.run();
                } catch (Throwable e) {
                    otherwise.accept(e);
                }
            });
        } catch (Throwable e) {
            otherwise.accept(e);
        }
    }

    /** One line in the log: whoever needs the stack has the message, and a full disk stays less full. */
    private static void failed(String name, Throwable e) {
        try {
            LOG.log(Level.ERROR, "the task {0} failed: {1}", name, e.toString());
        } catch (Throwable again) {
            return; // no memory is left to say so
        }
    }
}

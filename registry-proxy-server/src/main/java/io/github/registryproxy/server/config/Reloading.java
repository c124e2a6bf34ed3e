package io.github.registryproxy.server.config;

import io.github.registryproxy.facade.ConfigurationException;
import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.facade.OneLine;
import io.github.registryproxy.facade.SettingException;
import io.github.registryproxy.facade.SiteConfiguration;
import io.github.registryproxy.internal.Tasks;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Reads the file again when it is told to, or when it sees that it has changed; a file that is wrong changes nothing but the log.
 * One at a time, in a thread of its own.
 */
public final class Reloading implements AutoCloseable {
    private static final Logger LOG = System.getLogger("io.github.registryproxy.server");
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    private final ConfigurationFile file;
    private final Facade facade;
    private final Runnable changed;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Tasks.daemons("configuration"));
    private FileState seen;

    /**
     * Nothing is looked at yet.
     *
     * @param changed run after each change
     */
    public Reloading(ConfigurationFile file, Facade facade, Runnable changed) {
        this.file = file;
        this.facade = facade;
        this.changed = changed;
        this.seen = FileState.of(file.path());
    }

    /** At SIGHUP. */
    public void onSignal() {
        if (!HangUp.handle(this::soon)) {
            LOG.log(Level.INFO, "there is no SIGHUP here: {0} is read at the start alone", file.path());
        }
    }

    /** Whenever the file is another one. */
    public void onChange() {
        thread.scheduleWithFixedDelay(
                Tasks.guarded("look at the configuration", this::look),
                LOOK_EVERY.toMillis(),
                LOOK_EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void soon() {
        try {
            thread.execute(Tasks.guarded("read the configuration", this::reload));
        } catch (RejectedExecutionException e) {
            LOG.log(Level.DEBUG, "the server stops");
        }
    }

    /** Looks whether the file is another one, and reads it where it is; a file that is being written is looked at again. */
    void look() {
        FileState now = FileState.of(file.path());
        if (!now.equals(seen)) {
            seen = now;
            reload();
        }
    }

    /** Whether it could be used. */
    boolean reload() {
        try {
            SiteConfiguration next = file.read();
            List<String> changes = facade.change(next);
            LOG.log(
                    Level.INFO,
                    "{0} is read again: {1}",
                    file.path(),
                    changes.isEmpty() ? "nothing changed" : String.join(", ", changes));
            next.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
            changed.run();
            return true;
        } catch (ConfigurationException e) {
            e.problems().forEach(problem -> LOG.log(Level.ERROR, problem));
            LOG.log(Level.ERROR, "{0} is not used, all stays as it was", file.path());
        } catch (SettingException e) {
            LOG.log(Level.ERROR, "{0} is not used, all stays as it was: {1}", file.path(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(
                    Level.ERROR,
                    "{0} is not used, all stays as it was",
                    OneLine.of(file.path().toString()),
                    e);
        }
        return false;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

package io.github.registryproxy.server;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Logging of the process: java.util.logging, one line per record on standard error. */
final class ServerLog extends Handler {
    private static final String MANAGER = "java.util.logging.manager";

    private final LineWriter lines;
    private final LogLine line = new LogLine();

    /** Held here, as the manager forgets loggers, and their levels, that nobody holds. */
    private final Logger container = Logger.getLogger("org.eclipse.jetty");

    ServerLog(OutputStream stream) {
        this.lines = new LineWriter(stream);
    }

    /** Sends everything of INFO and above there, of the container WARNING and above; call it before anything logs. */
    static void install() {
        if (System.getProperty(MANAGER) == null) {
            System.setProperty(MANAGER, LogsUntilTheEnd.class.getName());
        }
        LogManager manager = LogManager.getLogManager();
        if (manager instanceof LogsUntilTheEnd ours) {
            ours.clear();
        } else {
            manager.reset();
        }
        Logger root = Logger.getLogger("");
        ServerLog log = new ServerLog(new FileOutputStream(FileDescriptor.err));
        log.container.setLevel(Level.WARNING);
        root.addHandler(log);
        root.setLevel(Level.INFO);
    }

    @Override
    public void publish(LogRecord logRecord) {
        if (!isLoggable(logRecord)) {
            return;
        }
        try {
            lines.write(line.format(logRecord));
        } catch (IOException e) {
            reportError(null, e, ErrorManager.WRITE_FAILURE);
        } catch (RuntimeException e) {
            reportError(null, e, ErrorManager.FORMAT_FAILURE);
        }
    }

    @Override
    public void flush() {
        lines.flush();
    }

    @Override
    public void close() {
        lines.flush();
    }

    /** The JVM resets its log manager as soon as it is told to stop; what is drained then must still be logged. */
    public static final class LogsUntilTheEnd extends LogManager {
        /** Made by the JDK, from the system property. */
        public LogsUntilTheEnd() {}

        @Override
        public void reset() {
            // See the class comment. What is really to be reset, clear() resets.
        }

        void clear() {
            super.reset();
        }
    }
}

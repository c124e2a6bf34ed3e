package io.github.registryproxy.auth;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** All that is logged below our root package while it is open, down to the finest. */
public final class Lines extends Handler implements AutoCloseable {
    private final Logger logger = Logger.getLogger("io.github.registryproxy");
    private final Level before = logger.getLevel();
    private final StringBuffer lines = new StringBuffer();

    public Lines() {
        setLevel(Level.ALL);
        logger.setLevel(Level.ALL);
        logger.addHandler(this);
    }

    /** An exception as a log would print it, causes included. */
    public static String of(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Override
    public void publish(LogRecord entry) {
        lines.append(new SimpleFormatter().format(entry));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setLevel(before);
    }

    @Override
    public String toString() {
        return lines.toString();
    }
}

package io.github.registryproxy.server;

import io.github.registryproxy.facade.OneLine;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/** {@code 2026-11-20T17:31:40.123Z INFO server listening on …}: one line, whatever the message holds. */
final class LogLine extends Formatter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final int MOST_CAUSES = 5;
    private static final int MOST_FRAMES = 6;

    /** Many lines are of one second, which is written out once. */
    private volatile Second last = new Second(0, TIME.format(Instant.EPOCH));

    private record Second(long epoch, String text) {}

    @Override
    public String format(LogRecord logRecord) {
        StringBuilder line = new StringBuilder(160);
        appendTime(line, logRecord.getInstant());
        line.append(' ')
                .append(level(logRecord.getLevel()))
                .append(' ')
                .append(shortName(logRecord.getLoggerName()))
                .append(' ')
                .append(formatMessage(logRecord));
        Throwable thrown = logRecord.getThrown();
        for (int i = 0; thrown != null && i < MOST_CAUSES; i++) {
            line.append(i == 0 ? " | " : " <- ").append(thrown);
            StackTraceElement[] stack = thrown.getStackTrace();
            for (int frame = 0; frame < Math.min(MOST_FRAMES, stack.length); frame++) {
                line.append(frame == 0 ? " at " : " < ").append(stack[frame]);
            }
            thrown = thrown.getCause();
        }
        return OneLine.of(line.toString());
    }

    private void appendTime(StringBuilder line, Instant instant) {
        int millis = instant.getNano() / 1_000_000;
        line.append(second(instant))
                .append(millis < 10 ? ".00" : millis < 100 ? ".0" : ".")
                .append(millis)
                .append('Z');
    }

    private String second(Instant instant) {
        Second second = last;
        if (second.epoch != instant.getEpochSecond()) {
            second = new Second(instant.getEpochSecond(), TIME.format(instant));
            last = second;
        }
        return second.text;
    }

    private static String level(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "WARN";
        }
        return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }

    private static String shortName(@Nullable String logger) {
        String own = "io.github.registryproxy.";
        return logger == null || logger.isEmpty()
                ? "-"
                : logger.startsWith(own) ? logger.substring(own.length()) : logger;
    }
}

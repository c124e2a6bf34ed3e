package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LogLineTest {
    private final LogLine line = new LogLine();

    @Test
    void a_record_is_time_level_logger_message() {
        assertEquals(
                "2026-11-20T17:31:40.123Z INFO access GET a",
                line.format(entry(Level.INFO, "io.github.registryproxy.access", "GET a")));
        assertEquals(
                "2026-11-20T17:31:40.123Z WARN org.eclipse.jetty x",
                line.format(entry(Level.WARNING, "org.eclipse.jetty", "x")));
    }

    @Test
    void nothing_in_a_message_begins_a_second_line() {
        assertEquals(
                "2026-11-20T17:31:40.123Z ERROR a 1\\n2\\r3\\t\\u001b[31m\\u2028\\u202e",
                line.format(entry(Level.SEVERE, "a", "1\n2\r3\t\u001b[31m\u2028\u202e")));
    }

    @Test
    void causes_stand_on_the_same_line() {
        LogRecord failed = entry(Level.SEVERE, "a", "failed");
        failed.setThrown(new IllegalStateException("outer\n", new IOException("inner")));

        String text = line.format(failed);

        assertTrue(text.contains("failed | java.lang.IllegalStateException: outer\\n at "), text);
        assertTrue(text.contains(" <- java.io.IOException: inner at "), text);
        assertEquals(1, text.lines().count());
    }

    private static LogRecord entry(Level level, String logger, String message) {
        LogRecord made = new LogRecord(level, message);
        made.setLoggerName(logger);
        made.setInstant(Instant.parse("2026-11-20T17:31:40.123Z"));
        return made;
    }

    @Test
    void five_causes_and_six_frames_of_each_are_shown() {
        Throwable thrown = new IOException("cause 0");
        for (int i = 1; i < 10; i++) {
            thrown = new IOException("cause " + i, thrown);
        }
        StackTraceElement[] deep = new StackTraceElement[20];
        Arrays.fill(deep, new StackTraceElement("a.B", "c", "B.java", 1));
        for (Throwable one = thrown; one != null; one = one.getCause()) {
            one.setStackTrace(deep);
        }
        LogRecord failed = entry(Level.SEVERE, "a", "failed");
        failed.setThrown(thrown);

        String text = line.format(failed);

        assertEquals(5, text.split("IOException: cause ", -1).length - 1, text);
        assertEquals(5 * 6, text.split("a\\.B\\.c", -1).length - 1, text);
    }
}

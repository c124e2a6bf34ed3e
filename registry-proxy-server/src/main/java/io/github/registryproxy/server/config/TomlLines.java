package io.github.registryproxy.server.config;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** In which line of a TOML file a key stands, for messages: found by the look of the lines, so it may be one nearby. */
final class TomlLines {
    private static final Pattern TABLE = Pattern.compile("^\\s*(\\[\\[?)\\s*([^\\[\\]]+?)\\s*\\]\\]?\\s*(#.*)?$");
    private static final Pattern KEY =
            Pattern.compile("^\\s*([A-Za-z0-9_.\"'-]+(?:\\s*\\.\\s*[A-Za-z0-9_\"'-]+)*)\\s*=");

    private final Map<String, Integer> lines = new HashMap<>();

    TomlLines(String text) {
        Map<String, Integer> tables = new HashMap<>();
        String table = "";
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            Matcher header = TABLE.matcher(line);
            if (header.find()) {
                String name = plain(header.group(2));
                boolean item = header.group(1).length() == 2;
                table = item ? name + "[" + (tables.merge(name, 1, Integer::sum) - 1) + "]" : name;
                lines.putIfAbsent(name, number);
                lines.putIfAbsent(table, number);
                continue;
            }
            Matcher key = KEY.matcher(line);
            if (key.find()) {
                String name = plain(key.group(1));
                lines.putIfAbsent(table.isEmpty() ? name : table + "." + name, number);
            }
        }
    }

    /** Of the nearest that is known: 0 for none. */
    int line(String path) {
        String nearest = path;
        while (!nearest.isEmpty()) {
            Integer line = lines.get(nearest);
            if (line != null) {
                return line;
            }
            nearest = nearest.substring(0, Math.max(0, Math.max(nearest.lastIndexOf('.'), nearest.lastIndexOf('['))));
        }
        return 0;
    }

    private static String plain(String name) {
        return name.replaceAll("[\"'\\s]", "");
    }
}

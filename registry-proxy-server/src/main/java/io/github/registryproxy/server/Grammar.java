package io.github.registryproxy.server;

import io.github.registryproxy.facade.SettingException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The options that a command takes: {@code --name value}, {@code --name=value}, and switches. What is wrong is told without any
 * value, which could be a misplaced password. A parser of its own: it is read before anything can be served.
 */
final class Grammar {
    private static final String ON = "true";

    private enum Value {
        NONE,
        MAY_FOLLOW,
        FOLLOWS
    }

    private record Option(String name, Value value) {}

    private final Map<String, Option> options = new HashMap<>();
    private int positionals;

    /** Stands alone. */
    Grammar flag(String... names) {
        return add(Value.NONE, names);
    }

    /** Stands alone, or has a value. */
    Grammar switching(String... names) {
        return add(Value.MAY_FOLLOW, names);
    }

    /** Has a value, which may be empty. */
    Grammar valued(String... names) {
        return add(Value.FOLLOWS, names);
    }

    /** One argument may stand without an option. */
    Grammar positional() {
        positionals = 1;
        return this;
    }

    /** The first name is what it is asked for by, the longest what it is called in messages. */
    private Grammar add(Value value, String... names) {
        Option option = new Option(names[0], value);
        for (String name : names) {
            options.put(name, option);
        }
        return this;
    }

    ParsedOptions parse(String... arguments) throws SettingException {
        Deque<String> rest = new ArrayDeque<>(Arrays.asList(arguments));
        Map<String, String> values = new HashMap<>();
        List<String> alone = new ArrayList<>();
        while (!rest.isEmpty()) {
            String argument = rest.remove();
            Option option = named(argument);
            if (option != null) {
                if (values.put(option.name(), value(option, argument, rest)) != null) {
                    throw new SettingException(called(option) + " is given twice: expected once");
                }
            } else if (argument.startsWith("-") || alone.size() == positionals) {
                throw new SettingException(unknown(argument) + ": see --help");
            } else {
                alone.add(argument);
            }
        }
        return new ParsedOptions(values, alone);
    }

    private String value(Option option, String argument, Deque<String> rest) throws SettingException {
        int equals = argument.indexOf('=');
        if (equals >= 0) {
            if (option.value() == Value.NONE) {
                throw new SettingException(called(option) + " has a value: expected none");
            }
            return argument.substring(equals + 1);
        }
        // What is no option of this command is a value, also with a dash in front.
        boolean follows = option.value() != Value.NONE && !rest.isEmpty() && named(rest.element()) == null;
        if (!follows && option.value() == Value.FOLLOWS) {
            throw new SettingException(called(option) + " stands without a value: expected one behind it");
        }
        return follows ? rest.remove() : ON;
    }

    private @Nullable Option named(String argument) {
        return options.get(beforeEquals(argument));
    }

    private String called(Option option) {
        return options.entrySet().stream()
                .filter(entry -> entry.getValue().equals(option))
                .map(Map.Entry::getKey)
                .max(Comparator.comparing(String::length))
                .orElse(option.name());
    }

    private static String unknown(String argument) {
        return argument.startsWith("-")
                ? "unknown option " + beforeEquals(argument)
                : "an argument that belongs to no option (not shown)";
    }

    private static String beforeEquals(String argument) {
        int equals = argument.indexOf('=');
        return equals < 0 ? argument : argument.substring(0, equals);
    }
}

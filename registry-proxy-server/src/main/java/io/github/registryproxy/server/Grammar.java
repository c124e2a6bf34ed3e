package io.github.registryproxy.server;

import io.github.registryproxy.facade.SettingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/**
 * The options that a command takes: {@code --name value}, {@code --name=value}, and switches. What is wrong is told without a word
 * of the parser's, which could repeat a misplaced password.
 */
final class Grammar {
    private static final String ON = "true";

    private final Options options = new Options();

    /** All names of an option, by each of them without its dashes; it is asked for by the first. */
    private final Map<String, List<String>> names = new HashMap<>();

    private int positionals;

    /** Stands alone. */
    Grammar flag(String... all) {
        return add(Option.builder(), all);
    }

    /** Stands alone, or has a value. */
    Grammar switching(String... all) {
        return add(Option.builder().hasArg().optionalArg(true), all);
    }

    /** Has a value, which may be empty. */
    Grammar valued(String... all) {
        return add(Option.builder().hasArg(), all);
    }

    /** One argument may stand without an option. */
    Grammar positional() {
        positionals = 1;
        return this;
    }

    /** Each name is a long one to the parser, which takes these with one dash as well. */
    private Grammar add(Option.Builder option, String... all) {
        for (String name : all) {
            names.put(bare(name), List.of(all));
            options.addOption(option.longOpt(bare(name)).get());
        }
        return this;
    }

    ParsedOptions parse(String... arguments) throws SettingException {
        CommandLine parsed = parsed(arguments);
        Map<String, String> values = new HashMap<>();
        for (Option option : parsed.getOptions()) {
            String value = option.getValue() == null ? ON : option.getValue();
            if (values.put(first(option.getLongOpt()), value) != null) {
                throw new SettingException(called(option.getLongOpt()) + " is given twice: expected once");
            }
        }
        List<String> alone = parsed.getArgList();
        if (alone.size() > positionals) {
            throw new SettingException(unknown(alone.get(positionals)));
        }
        return new ParsedOptions(values, alone);
    }

    private CommandLine parsed(String... arguments) throws SettingException {
        DefaultParser parser = DefaultParser.builder()
                .setAllowPartialMatching(false)
                .setStripLeadingAndTrailingQuotes(false)
                .get();
        try {
            return parser.parse(options, longNames(arguments));
        } catch (UnrecognizedOptionException e) {
            String name = bare(beforeEquals(e.getOption()));
            throw new SettingException(
                    names.containsKey(name) ? called(name) + " has a value: expected none" : unknown(e.getOption()));
        } catch (MissingArgumentException e) {
            throw new SettingException(
                    called(e.getOption().getLongOpt()) + " stands without a value: expected one behind it");
        } catch (ParseException e) {
            throw new SettingException("the command line cannot be understood: see --help");
        }
    }

    /** A letter alone is the parser's other kind of name, of which values with a dash in front must not be taken to begin with one. */
    private String[] longNames(String... arguments) {
        List<String> rest = new ArrayList<>(Arrays.asList(arguments));
        rest.replaceAll(argument -> argument.length() == 2 && argument.startsWith("-") ? first(argument) : argument);
        return rest.toArray(String[]::new);
    }

    /** What an option is asked for by; the name itself where it is none's. */
    private String first(String name) {
        return names.getOrDefault(bare(name), List.of(name)).get(0);
    }

    /** The longest of its names. */
    private String called(String name) {
        return names.getOrDefault(name, List.of(name)).stream()
                .max(Comparator.comparing(String::length))
                .orElse(name);
    }

    private static String unknown(String argument) {
        String what = argument.startsWith("-")
                ? "unknown option " + beforeEquals(argument)
                : "an argument that belongs to no option (not shown)";
        return what + ": see --help";
    }

    private static String beforeEquals(String argument) {
        int equals = argument.indexOf('=');
        return equals < 0 ? argument : argument.substring(0, equals);
    }

    private static String bare(String name) {
        return name.substring(name.startsWith("--") ? 2 : name.startsWith("-") ? 1 : 0);
    }
}

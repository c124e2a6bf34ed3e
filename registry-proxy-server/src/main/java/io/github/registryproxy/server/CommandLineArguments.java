package io.github.registryproxy.server;

import io.github.registryproxy.facade.Setting;
import io.github.registryproxy.facade.SettingException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What stands on the command line.
 *
 * @param command what to do; {@code serve} where nothing is said
 * @param options the settings given by options
 */
record CommandLineArguments(Command command, Map<Setting, String> options) {
    /** What the program can do. */
    enum Command {
        SERVE,
        DEMO,
        HELP,
        VERSION
    }

    /** Reads the arguments; values of options are not judged here. */
    static CommandLineArguments parse(String... arguments) throws SettingException {
        Command command = Command.SERVE;
        String[] rest = arguments;
        for (Command named : List.of(Command.SERVE, Command.DEMO)) {
            if (arguments.length > 0 && arguments[0].equals(named.name().toLowerCase(Locale.ROOT))) {
                command = named;
                rest = Arrays.copyOfRange(arguments, 1, arguments.length);
            }
        }
        CommandLine.ParseResult parsed = parse(grammar(command), rest);
        if (parsed.hasMatchedOption("--help")) {
            return new CommandLineArguments(Command.HELP, Map.of());
        }
        if (parsed.hasMatchedOption("--version")) {
            return new CommandLineArguments(Command.VERSION, Map.of());
        }
        return new CommandLineArguments(command, settings(parsed));
    }

    static Map<Setting, String> settings(CommandLine.ParseResult parsed) {
        Map<Setting, String> options = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            if (parsed.hasMatchedOption(setting.option())) {
                String value = parsed.matchedOptionValue(setting.option(), "");
                options.put(setting, value);
            }
        }
        return options;
    }

    private static CommandSpec grammar(Command command) {
        CommandSpec grammar = CommandSpec.create();
        grammar.addOption(
                OptionSpec.builder("--help", "-h", "-help").usageHelp(true).build());
        grammar.addOption(
                OptionSpec.builder("--version", "-version").versionHelp(true).build());
        for (Setting setting : Setting.values()) {
            if (command == Command.SERVE || setting == Setting.PORT || setting == Setting.HOST) {
                grammar.addOption(option(setting));
            }
        }
        return grammar;
    }

    static OptionSpec option(Setting setting) {
        return OptionSpec.builder(setting.optionNames())
                .type(String.class)
                .arity(setting.isSwitch() ? "0..1" : "1")
                .fallbackValue("true")
                .build();
    }

    /** Without a word of picocli's messages that could repeat a misplaced password. */
    static CommandLine.ParseResult parse(CommandSpec grammar, String... arguments) throws SettingException {
        CommandLine parser = new CommandLine(grammar)
                .setExpandAtFiles(false)
                .setPosixClusteredShortOptionsAllowed(false)
                .setUnmatchedOptionsAllowedAsOptionParameters(true);
        try {
            return parser.parseArgs(arguments);
        } catch (CommandLine.UnmatchedArgumentException e) {
            throw new SettingException(unknown(e.getUnmatched().get(0)) + ": see --help");
        } catch (CommandLine.OverwrittenOptionException e) {
            throw new SettingException(name(e.getOverwritten()) + " is given twice: expected once");
        } catch (CommandLine.MissingParameterException e) {
            throw new SettingException(missing(e) + " stands without a value: expected one behind it");
        } catch (CommandLine.ParameterException e) {
            throw new SettingException("the command line cannot be understood: see --help");
        }
    }

    private static String unknown(String argument) {
        if (!argument.startsWith("-")) {
            return "an argument that belongs to no option (not shown)";
        }
        int equals = argument.indexOf('=');
        return "unknown option " + (equals < 0 ? argument : argument.substring(0, equals));
    }

    private static String missing(CommandLine.MissingParameterException e) {
        return e.getMissing().isEmpty() ? "an option" : name(e.getMissing().get(0));
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : "an argument";
    }
}

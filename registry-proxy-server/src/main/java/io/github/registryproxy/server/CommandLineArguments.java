package io.github.registryproxy.server;

import io.github.registryproxy.facade.Setting;
import io.github.registryproxy.facade.SettingException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What stands on the command line.
 *
 * @param command what to do; {@code serve} where nothing is said
 * @param options the settings given by options
 * @param config the configuration file
 * @param watch whether the file is looked at while it is served
 */
record CommandLineArguments(Command command, Map<Setting, String> options, Optional<Path> config, boolean watch) {
    static final String CONFIG = "--config";
    private static final String WATCH = "--watch";

    /** What the program can do. */
    enum Command {
        SERVE,
        DEMO,
        CHECK_CONFIG,
        PRINT_CONFIG,
        CONFIG_SCHEMA,
        HELP,
        CONFIG_HELP,
        VERSION;

        private boolean isAboutFiles() {
            return this == CHECK_CONFIG || this == PRINT_CONFIG || this == CONFIG_SCHEMA;
        }
    }

    private static final List<Command> NAMED =
            List.of(Command.SERVE, Command.DEMO, Command.CHECK_CONFIG, Command.PRINT_CONFIG, Command.CONFIG_SCHEMA);

    /** Reads the arguments; values of options are not judged here. */
    static CommandLineArguments parse(String... arguments) throws SettingException {
        Command command = Command.SERVE;
        String[] rest = arguments;
        for (Command named : NAMED) {
            String name = named.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (arguments.length > 0 && arguments[0].equals(name)) {
                command = named;
                rest = Arrays.copyOfRange(arguments, 1, arguments.length);
            }
        }
        CommandLine.ParseResult parsed = parse(grammar(command), rest);
        if (parsed.hasMatchedOption("--help")) {
            return just(command.isAboutFiles() ? Command.CONFIG_HELP : Command.HELP);
        }
        if (parsed.hasMatchedOption("--version")) {
            return just(Command.VERSION);
        }
        Optional<Path> config = config(parsed);
        Map<Setting, String> options = settings(parsed);
        boolean watch = command == Command.SERVE && parsed.hasMatchedOption(WATCH);
        if (config.isPresent() && !options.isEmpty()) {
            throw beside(options.keySet().iterator().next());
        }
        return new CommandLineArguments(command, options, config, watch);
    }

    /** To be thrown where an option stands beside a file. */
    static SettingException beside(Setting setting) {
        return new SettingException(setting.option() + " beside a configuration file: expected in the file, where"
                + " ${" + setting + "} is the variable of that name");
    }

    private static CommandLineArguments just(Command command) {
        return new CommandLineArguments(command, Map.of(), Optional.empty(), false);
    }

    /** The file that {@code --config} names, or that stands alone. */
    static Optional<Path> config(CommandLine.ParseResult parsed) throws SettingException {
        String name = parsed.hasMatchedOption(CONFIG) ? parsed.matchedOptionValue(CONFIG, "") : "";
        if (name.isEmpty() && parsed.hasMatchedPositional(0)) {
            name = parsed.matchedPositionalValue(0, "");
        }
        try {
            return name.isEmpty() ? Optional.empty() : Optional.of(Path.of(name));
        } catch (InvalidPathException e) {
            throw new SettingException(CONFIG + ": expected the name of a file");
        }
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
        if (command == Command.CHECK_CONFIG || command == Command.PRINT_CONFIG) {
            grammar.addPositional(PositionalParamSpec.builder()
                    .index("0")
                    .arity("0..1")
                    .type(String.class)
                    .build());
            grammar.addOption(configOption());
        }
        if (command == Command.SERVE) {
            grammar.addOption(configOption());
            grammar.addOption(OptionSpec.builder(WATCH).arity("0").build());
        }
        for (Setting setting : Setting.values()) {
            boolean ofDemo = command == Command.DEMO && (setting == Setting.PORT || setting == Setting.HOST);
            if (command == Command.SERVE || ofDemo) {
                grammar.addOption(option(setting));
            }
        }
        return grammar;
    }

    static OptionSpec configOption() {
        return OptionSpec.builder(CONFIG).type(String.class).arity("1").build();
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

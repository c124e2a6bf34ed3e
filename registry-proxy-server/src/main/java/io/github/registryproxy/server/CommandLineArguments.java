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
    static final String HELP = "--help";
    private static final String VERSION = "--version";
    private static final String WATCH = "--watch";

    /** What the program can do. */
    enum Command {
        SERVE,
        DEMO,
        TRAIN,
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

    private static final List<Command> NAMED = List.of(
            Command.SERVE,
            Command.DEMO,
            Command.TRAIN,
            Command.CHECK_CONFIG,
            Command.PRINT_CONFIG,
            Command.CONFIG_SCHEMA);

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
        ParsedOptions parsed = grammar(command).parse(rest);
        if (parsed.has(HELP)) {
            return just(command.isAboutFiles() ? Command.CONFIG_HELP : Command.HELP);
        }
        if (parsed.has(VERSION)) {
            return just(Command.VERSION);
        }
        Optional<Path> config = config(parsed);
        Map<Setting, String> options = settings(parsed);
        boolean watch = command == Command.SERVE && parsed.has(WATCH);
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
    static Optional<Path> config(ParsedOptions parsed) throws SettingException {
        String named = parsed.value(CONFIG);
        String name = named.isEmpty() ? parsed.positional().orElse("") : named;
        try {
            return name.isEmpty() ? Optional.empty() : Optional.of(Path.of(name));
        } catch (InvalidPathException e) {
            throw new SettingException(CONFIG + ": expected the name of a file");
        }
    }

    static Map<Setting, String> settings(ParsedOptions parsed) {
        Map<Setting, String> options = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            if (parsed.has(setting.option())) {
                options.put(setting, parsed.value(setting.option()));
            }
        }
        return options;
    }

    private static Grammar grammar(Command command) {
        Grammar grammar = new Grammar().flag(HELP, "-h", "-help").flag(VERSION, "-version");
        if (command == Command.CHECK_CONFIG || command == Command.PRINT_CONFIG) {
            grammar.positional().valued(CONFIG);
        }
        if (command == Command.SERVE) {
            grammar.valued(CONFIG).flag(WATCH);
        }
        for (Setting setting : Setting.values()) {
            boolean ofDemo = command == Command.DEMO && (setting == Setting.PORT || setting == Setting.HOST);
            if (command == Command.SERVE || ofDemo) {
                add(grammar, setting);
            }
        }
        return grammar;
    }

    static void add(Grammar grammar, Setting setting) {
        if (setting.isSwitch()) {
            grammar.switching(setting.optionNames());
        } else {
            grammar.valued(setting.optionNames());
        }
    }
}

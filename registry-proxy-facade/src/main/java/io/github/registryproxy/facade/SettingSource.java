package io.github.registryproxy.facade;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Where settings are given: a command line, the environment, the parameters of a web application. */
public final class SettingSource {
    private final String title;
    private final Function<Setting, String> spelling;
    private final Function<Setting, Optional<String>> values;

    private SettingSource(
            String title, Function<Setting, String> spelling, Function<Setting, Optional<String>> values) {
        this.title = title;
        this.spelling = spelling;
        this.values = values;
    }

    /** Options such as {@code --repo-prefix}, already parsed. */
    public static SettingSource commandLine(Map<Setting, String> options) {
        Map<Setting, String> copy = Map.copyOf(options);
        return new SettingSource("command line", Setting::option, setting -> Optional.ofNullable(copy.get(setting)));
    }

    /** Variables named as the settings are; those set to nothing count as not given. */
    public static SettingSource environment(Map<String, String> variables) {
        return named("environment", name -> Optional.ofNullable(variables.get(name)));
    }

    /**
     * Any other place.
     *
     * @param title what to call it in messages: {@code context parameter}
     * @param values by the settings' names, such as {@code REPO_PREFIX}; a value that is there and blank hides those of the
     *     sources behind
     */
    public static SettingSource named(String title, Function<String, Optional<String>> values) {
        return new SettingSource(title, Setting::name, setting -> values.apply(setting.name()));
    }

    Optional<String> value(Setting setting) {
        return values.apply(setting);
    }

    /** As the operator writes it here: option or variable. */
    String spelling(Setting setting) {
        return spelling.apply(setting);
    }

    @Override
    public String toString() {
        return title;
    }
}

package io.github.registryproxy.facade;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Where settings are given: a command line, the environment, the parameters of a web application. */
public final class SettingSource {
    private final Function<Setting, String> place;
    private final Function<Setting, String> spelling;
    private final Function<Setting, Optional<String>> values;
    private final Map<String, String> variables;
    private final boolean document;

    private SettingSource(
            Function<Setting, String> place,
            Function<Setting, String> spelling,
            Function<Setting, Optional<String>> values,
            Map<String, String> variables,
            boolean document) {
        this.place = place;
        this.spelling = spelling;
        this.values = values;
        this.variables = variables;
        this.document = document;
    }

    /** Options such as {@code --repo-prefix}, already parsed. */
    public static SettingSource commandLine(Map<Setting, String> options) {
        Map<Setting, String> copy = Map.copyOf(options);
        return new SettingSource(
                setting -> "command line",
                Setting::option,
                setting -> Optional.ofNullable(copy.get(setting)),
                Map.of(),
                false);
    }

    /**
     * Variables named as the settings are; those set to nothing count as not given. Those of the clouds, such as AWS_REGION, are
     * seen by REGISTRY_CREDENTIALS.
     */
    public static SettingSource environment(Map<String, String> variables) {
        Map<String, String> copy = Map.copyOf(variables);
        return new SettingSource(
                setting -> "environment",
                Setting::name,
                setting -> Optional.ofNullable(copy.get(setting.name())),
                copy,
                false);
    }

    /**
     * Any other place.
     *
     * @param title what to call it in messages: {@code context parameter}
     * @param values by the settings' names, such as {@code REPO_PREFIX}; a value that is there and blank hides those of the
     *     sources behind
     */
    public static SettingSource named(String title, Function<String, Optional<String>> values) {
        return new SettingSource(
                setting -> title, Setting::name, setting -> values.apply(setting.name()), Map.of(), false);
    }

    /**
     * A part of a configuration file.
     *
     * @param place where in the file a setting stands: {@code team.yaml:12}
     * @param spelling what it is called there
     * @param variables as of an environment; none of them counts as a setting
     */
    static SettingSource document(
            Function<Setting, String> place,
            Function<Setting, String> spelling,
            Map<Setting, String> values,
            Map<String, String> variables) {
        return new SettingSource(
                place, spelling, setting -> Optional.ofNullable(values.get(setting)), Map.copyOf(variables), true);
    }

    Optional<String> value(Setting setting) {
        return values.apply(setting);
    }

    /** All variables of an environment; nothing elsewhere. They hold secrets. */
    Map<String, String> variables() {
        return variables;
    }

    /** As the operator writes it here: option, variable or key. */
    String spelling(Setting setting) {
        return spelling.apply(setting);
    }

    /** Where the operator finds it. */
    String place(Setting setting) {
        return place.apply(setting);
    }

    boolean isDocument() {
        return document;
    }
}

package io.github.registryproxy.facade;

import java.util.List;

/** A configuration file is wrong; all that is wrong, a line each for the operator, without secrets. */
public final class ConfigurationException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    /** Control characters in the lines are escaped. */
    public ConfigurationException(List<String> problems) {
        super(String.join("; ", problems.stream().map(OneLine::of).toList()));
        this.problems = problems.stream().map(OneLine::of).toList();
    }

    /** One or more. */
    public List<String> problems() {
        return problems;
    }
}

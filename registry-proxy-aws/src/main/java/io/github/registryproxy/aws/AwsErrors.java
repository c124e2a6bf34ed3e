package io.github.registryproxy.aws;

import java.util.Optional;

/** The names of errors, which are for operators; their messages may quote what was sent. */
final class AwsErrors {
    private AwsErrors() {}

    /** In parentheses, or nothing. */
    static String named(Optional<String> code) {
        return code.map(text -> text.substring(text.lastIndexOf('#') + 1))
                .filter(text -> text.matches("[A-Za-z0-9._-]{1,80}"))
                .map(text -> " (" + text + ")")
                .orElse("");
    }
}

package io.github.registryproxy.server;

/** A setting is wrong, missing, or contradicts another; the message is one line for the operator and holds no secret. */
final class SettingException extends Exception {
    private static final long serialVersionUID = 1;

    SettingException(String message) {
        super(OneLine.of(message));
    }
}

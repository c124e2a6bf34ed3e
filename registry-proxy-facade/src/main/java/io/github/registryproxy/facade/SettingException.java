package io.github.registryproxy.facade;

/** A setting is wrong, missing, or contradicts another; the message is one line for the operator and holds no secret. */
public final class SettingException extends Exception {
    private static final long serialVersionUID = 1;

    /** Control characters in the message are escaped. */
    public SettingException(String message) {
        super(OneLine.of(message));
    }
}

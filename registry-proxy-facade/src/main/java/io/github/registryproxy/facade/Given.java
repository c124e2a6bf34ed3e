package io.github.registryproxy.facade;

import io.github.registryproxy.facade.schema.Redaction;

/**
 * A setting as somebody gave it.
 *
 * @param value blank where a source sets it to nothing
 * @param rank of the source: the lower one wins
 */
record Given(Setting setting, String value, SettingSource source, int rank) implements Stated {
    /** As the operator wrote it: option or variable. */
    String name() {
        return source.spelling(setting);
    }

    @Override
    public SettingException expected(String what) {
        return new SettingException(this + ": expected " + what);
    }

    /** To be thrown: both settings, and what to do. */
    SettingException conflictsWith(Given other, String advice) {
        return new SettingException(this + " contradicts " + other + ": " + advice);
    }

    @Override
    public String toString() {
        return setting.isSecret()
                ? name() + " (" + source.place(setting) + ", value not shown)"
                : name() + "=" + Redaction.shown(value) + " (" + source.place(setting) + ")";
    }
}

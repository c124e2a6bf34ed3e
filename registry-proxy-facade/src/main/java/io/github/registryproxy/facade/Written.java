package io.github.registryproxy.facade;

import io.github.registryproxy.facade.schema.Checked;
import io.github.registryproxy.facade.schema.Redaction;

/** A value of a configuration file. */
record Written(Checked.Value in) implements Stated {
    @Override
    public String value() {
        return in.text();
    }

    @Override
    public SettingException expected(String what) {
        return new SettingException(this + ": expected " + what);
    }

    @Override
    public String toString() {
        return in.secret()
                ? in.path() + " (" + in.origin() + ", value not shown)"
                : in.path() + "=" + Redaction.shown(in.text()) + " (" + in.origin() + ")";
    }
}

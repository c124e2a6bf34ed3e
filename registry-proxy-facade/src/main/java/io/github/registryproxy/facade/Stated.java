package io.github.registryproxy.facade;

/** A value as somebody gave it, who is told what is wrong with it. */
interface Stated {
    String value();

    /** To be thrown: where it was given, the value unless secret, and what is expected. */
    SettingException expected(String what);
}

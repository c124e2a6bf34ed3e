package io.github.registryproxy.tests.spec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The heading, in the specification, of what the laws of an interface say. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Section {
    /** The heading, and the one of its table in {@code docs/conformance.md}. */
    String value();
}

/**
 * The distribution specification, version 1.1.1, as laws that any registry can be held to: one interface a section, one test a
 * law. {@code docs/conformance.md} says which requirement is proved by which.
 */
@NullMarked
package io.github.registryproxy.tests.spec;

import org.jspecify.annotations.NullMarked;

/** Policies in front of a registry with content: what is served, what is not there, and what it costs to find out. */
@NullMarked
package io.github.registryproxy.tests.policy;

import org.jspecify.annotations.NullMarked;

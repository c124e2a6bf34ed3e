/** A web application that is nothing but a registry under one's own name. */
@NullMarked
package io.github.registryproxy.examples.war;

import org.jspecify.annotations.NullMarked;

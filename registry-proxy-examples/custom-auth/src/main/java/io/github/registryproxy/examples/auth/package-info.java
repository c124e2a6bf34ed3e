/** A login of one's own: people, their passwords and what they may do are in a database. */
@NullMarked
package io.github.registryproxy.examples.auth;

import org.jspecify.annotations.NullMarked;

/** Commands to a server that runs, by a socket in the directory of what it keeps. */
@NullMarked
package io.github.registryproxy.server.control;

import org.jspecify.annotations.NullMarked;

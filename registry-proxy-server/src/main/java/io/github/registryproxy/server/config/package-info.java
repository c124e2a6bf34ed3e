/** Reads configuration files, and reads them again when they change. */
@NullMarked
package io.github.registryproxy.server.config;

import org.jspecify.annotations.NullMarked;

/** Which registry is asked: handlers over handlers, chosen by name, host or namespace, or asked one after the other. */
@NullMarked
package io.github.registryproxy.route;

import org.jspecify.annotations.NullMarked;

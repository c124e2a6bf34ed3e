/** Steps between client and upstream, each named by what it does to traffic. */
@NullMarked
package io.github.registryproxy.middleware;

import org.jspecify.annotations.NullMarked;

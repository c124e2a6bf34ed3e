/** What stands between client and upstream: each class one thing done to traffic, named by it. */
@NullMarked
package io.github.registryproxy.middleware;

import org.jspecify.annotations.NullMarked;

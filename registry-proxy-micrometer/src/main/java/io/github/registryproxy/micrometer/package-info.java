/** What a proxy counts and measures, as meters of Micrometer. */
@NullMarked
package io.github.registryproxy.micrometer;

import org.jspecify.annotations.NullMarked;

/** A configuration file as a plain tree, whichever language it is written in. */
@NullMarked
package io.github.registryproxy.facade.document;

import org.jspecify.annotations.NullMarked;

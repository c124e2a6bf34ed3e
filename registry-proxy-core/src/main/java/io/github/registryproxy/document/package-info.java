/** The JSON documents of the distribution API, read with caps by the caller and written; the only user of Jackson in core. */
@NullMarked
package io.github.registryproxy.document;

import org.jspecify.annotations.NullMarked;

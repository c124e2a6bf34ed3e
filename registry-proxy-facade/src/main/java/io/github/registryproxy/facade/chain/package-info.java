/** Makes chains of a site's description, shares between one description and the next what has not changed, and owns all of it. */
@NullMarked
package io.github.registryproxy.facade.chain;

import org.jspecify.annotations.NullMarked;

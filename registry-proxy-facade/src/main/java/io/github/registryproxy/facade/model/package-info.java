/** What a site is, checked and with its files read, whichever way it was said: plain values, equal where they mean the same. */
@NullMarked
package io.github.registryproxy.facade.model;

import org.jspecify.annotations.NullMarked;

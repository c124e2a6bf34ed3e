/** Places: what the names in a request mean, decided once. */
@org.jspecify.annotations.NullMarked
package io.github.registryproxy.facade.place;

/** A transport on Apache HttpClient 5: {@link io.github.registryproxy.httpclient5.HttpClient5Transport}. */
@NullMarked
package io.github.registryproxy.httpclient5;

import org.jspecify.annotations.NullMarked;

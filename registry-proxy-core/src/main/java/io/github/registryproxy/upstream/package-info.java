/**
 * The registry behind: {@link io.github.registryproxy.upstream.HttpUpstream} and what it is made of.
 *
 * <p>Each concern is one link: errors are put into the specification's words, content is checked against its digest, broken
 * bodies are resumed, requests repeated, redirects followed, credentials added, and the wire spoken, in that order.
 */
@NullMarked
package io.github.registryproxy.upstream;

import org.jspecify.annotations.NullMarked;

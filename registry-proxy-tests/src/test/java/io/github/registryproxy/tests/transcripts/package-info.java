/** Transcripts of requests and answers, in memory and through every servlet container. */
@NullMarked
package io.github.registryproxy.tests.transcripts;

import org.jspecify.annotations.NullMarked;

/** What users of serverless-registry-proxy rely on, and what they ran into: one law each, of the server as it is started. */
@NullMarked
package io.github.registryproxy.tests.parity;

import org.jspecify.annotations.NullMarked;

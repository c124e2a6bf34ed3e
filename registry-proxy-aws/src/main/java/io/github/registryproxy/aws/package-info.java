/**
 * Amazon ECR and ECR Public: {@link io.github.registryproxy.aws.EcrCredentials} exchanges AWS keys, wherever the process has
 * them from, for a registry's password. Plain HTTP by core's transports, signed by Signature Version 4.
 */
@NullMarked
package io.github.registryproxy.aws;

import org.jspecify.annotations.NullMarked;

/** What is counted and measured, for whatever collects it; {@link io.github.registryproxy.metrics.Metrics} is the contract. */
@NullMarked
package io.github.registryproxy.metrics;

import org.jspecify.annotations.NullMarked;

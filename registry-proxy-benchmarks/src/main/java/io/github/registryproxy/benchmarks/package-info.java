/** What each request costs, by stages: parsing, rendering, the chain, the cache, the servlet. See CONTRIBUTING.md for how to run them. */
@NullMarked
package io.github.registryproxy.benchmarks;

import org.jspecify.annotations.NullMarked;

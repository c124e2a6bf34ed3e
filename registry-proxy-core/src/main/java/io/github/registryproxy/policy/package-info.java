/**
 * What may enter and who may have it: middlewares that refuse, each decided by rules of the operator's, and what they tell of
 * their refusals.
 */
@NullMarked
package io.github.registryproxy.policy;

import org.jspecify.annotations.NullMarked;

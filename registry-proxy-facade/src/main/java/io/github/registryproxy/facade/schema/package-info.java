/** What may stand in a configuration file: one table, by which files are checked, printed and described to editors. */
@NullMarked
package io.github.registryproxy.facade.schema;

import org.jspecify.annotations.NullMarked;

/** One contract for the servlet, run over sockets against every container. */
@NullMarked
package io.github.registryproxy.tests.servlet;

import org.jspecify.annotations.NullMarked;

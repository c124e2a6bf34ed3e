/**
 * What middlewares and upstreams are tested with.
 *
 * <ul>
 *   <li>{@link io.github.registryproxy.testing.Transcript}: a test that reads like the protocol, both sides checked
 *   <li>{@link io.github.registryproxy.testing.FakeRegistry}: a registry in memory, with the quirks of real ones
 *   <li>{@link io.github.registryproxy.testing.StrictPipeline}: checks that a middleware keeps the contract of the chain
 *   <li>{@link io.github.registryproxy.testing.BodyLeaks}: fails a test that leaves a body open
 * </ul>
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> transcripts() {
 *     return Transcripts.in(Path.of("src/test/resources/transcripts/pull-only"),
 *             transcript -> transcript.run(upstream -> RegistryProxy.builder()
 *                     .use(StrictPipeline.around(new PullOnly()))
 *                     .upstream(upstream)
 *                     .build()));
 * }
 * }</pre>
 */
@NullMarked
package io.github.registryproxy.testing;

import org.jspecify.annotations.NullMarked;

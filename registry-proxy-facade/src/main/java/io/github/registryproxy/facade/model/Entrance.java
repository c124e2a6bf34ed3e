package io.github.registryproxy.facade.model;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Who comes in, and how much each may take.
 *
 * @param login empty: everybody comes in
 */
public record Entrance(Optional<OwnLogin> login, OptionalInt requestsPerSecond, OptionalLong bytesPerSecond) {}

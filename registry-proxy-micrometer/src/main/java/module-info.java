/** Meters of Micrometer; start at {@link io.github.registryproxy.micrometer.MicrometerMetrics}. */
module io.github.registryproxy.micrometer {
    requires transitive io.github.registryproxy.core;
    requires transitive micrometer.core;

    exports io.github.registryproxy.micrometer;
}

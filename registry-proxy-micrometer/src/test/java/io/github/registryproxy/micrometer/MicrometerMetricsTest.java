package io.github.registryproxy.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.cache.CacheMetrics;
import io.github.registryproxy.cache.CacheState;
import io.github.registryproxy.metrics.Gauge;
import io.github.registryproxy.policy.Audit;
import io.github.registryproxy.protocol.Target;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MicrometerMetricsTest {
    private static final Set<String> TAGS = Set.of("operation", "status", "policy", "mode", "upstream", "state");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MicrometerMetrics metrics = new MicrometerMetrics(registry);

    private static RegistryRequest request(String path) {
        return RegistryRequest.of(
                "GET",
                Target.parse("GET", path),
                Headers.EMPTY,
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
    }

    private double cache(String name) {
        return registry.get("registryproxy.cache." + name)
                .tag("upstream", "hub")
                .counter()
                .count();
    }

    @Test
    void requests_are_counted_by_operation_and_class_of_status_whatever_they_name() {
        for (String path : new String[] {"/v2/app/manifests/1", "/v2/other/manifests/2"}) {
            metrics.answered(request(path).operation(), 404, Duration.ofMillis(20));
        }

        var timer = registry.get("registryproxy.requests")
                .tags("operation", "PullManifest", "status", "4xx")
                .timer();
        assertEquals(2, timer.count());
        assertEquals(40, timer.totalTime(TimeUnit.MILLISECONDS));
        assertEquals(1, registry.getMeters().size());
    }

    @Test
    void every_way_the_cache_answers_is_there_before_it_happens() {
        CacheMetrics cache = metrics.cache("hub");
        cache.answered(CacheState.SHARED);
        for (CacheState state : CacheState.values()) {
            double count = registry.get("registryproxy.cache.answers")
                    .tags("upstream", "hub", "state", state.toString())
                    .counter()
                    .count();
            assertEquals(state == CacheState.SHARED ? 1 : 0, count, state.toString());
        }
    }

    @Test
    void what_the_cache_moves_and_cannot_do_is_counted() {
        CacheMetrics cache = metrics.cache("hub");
        cache.fetched(1_000);
        cache.served(3_000);
        cache.resumed(500);
        cache.bypassed();

        assertEquals(1_000, cache("fetched"));
        assertEquals(3_000, cache("served"));
        assertEquals(1, cache("resumed"));
        assertEquals(500, cache("saved"));
        assertEquals(1, cache("bypassed"));
    }

    @Test
    void refusals_are_counted_by_policy_and_those_of_a_dry_run_apart() {
        Audit audit = metrics.audit();
        audit.refused(request("/v2/app/manifests/1"), "AllowTags", "no rule allows it");
        audit.refused(request("/v2/app/manifests/2").with(Audit.DRY_RUN, true), "AllowTags", "no rule allows it");
        audit.refused(request("/v2/app/manifests/3"), "AllowTags", "another rule");

        assertEquals(
                2,
                registry.get("registryproxy.refusals")
                        .tags("policy", "AllowTags", "mode", "enforced")
                        .counter()
                        .count());
        assertEquals(
                1,
                registry.get("registryproxy.refusals")
                        .tags("policy", "AllowTags", "mode", "dry-run")
                        .counter()
                        .count());
    }

    @Test
    void every_gauge_is_a_meter_that_shows_the_value_of_now() {
        AtomicLong value = new AtomicLong(1);
        for (Gauge gauge : Gauge.values()) {
            metrics.measure(gauge, "hub", value::get);
        }
        value.set(7);

        assertEquals(Gauge.values().length, registry.getMeters().size());
        for (Meter meter : registry.getMeters()) {
            assertEquals(7, meter.measure().iterator().next().getValue(), meter.getId()::toString);
        }
    }

    @Test
    void no_tag_holds_what_a_client_chooses() {
        metrics.cache("hub").answered(CacheState.HIT);
        metrics.answered(request("/v2/chosen/manifests/chosen").operation(), 200, Duration.ZERO);
        metrics.answered(request("/chosen").operation(), 404, Duration.ZERO);
        metrics.audit().refused(request("/v2/chosen/manifests/chosen"), "AllowTags", "chosen");

        registry.getMeters()
                .forEach(meter -> meter.getId().getTags().forEach(tag -> {
                    assertTrue(TAGS.contains(tag.getKey()), meter.getId()::toString);
                    assertFalse(tag.getValue().contains("chosen"), meter.getId()::toString);
                }));
    }
}

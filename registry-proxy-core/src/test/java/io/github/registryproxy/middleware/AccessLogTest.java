package io.github.registryproxy.middleware;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.Identity;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AccessLogTest {
    private final List<String> lines = new ArrayList<>();
    private final AccessLog log = new AccessLog(lines::add, () -> 0);
    private final RegistryRequest request = LimitRateTest.from("192.0.2.7");

    @Test
    void without_a_login_the_line_has_no_user() throws IOException {
        log.handle(request, r -> RegistryResponse.of(200)).close();
        assertEquals(List.of("192.0.2.7 GET PullManifest app 1 200 0 0ms"), lines);
    }

    @Test
    void who_logged_in_further_inside_stands_at_the_end_of_the_line() throws IOException {
        log.handle(request, r -> {
                    Identity.of("alice smith").on(r);
                    return RegistryResponse.of(200);
                })
                .close();
        assertEquals(List.of("192.0.2.7 GET PullManifest app 1 200 0 0ms user=alice?smith"), lines);
    }
}

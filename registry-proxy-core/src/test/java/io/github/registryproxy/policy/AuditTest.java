package io.github.registryproxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Identity;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.protocol.Target;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class AuditTest {
    private static RegistryRequest get(String target) {
        return RegistryRequest.of(
                "GET",
                Target.parse("GET", target),
                Headers.EMPTY,
                Body.empty(),
                new Client("192.0.2.7", URI.create("http://r.example")));
    }

    @Test
    void a_line_says_who_asked_for_what_and_which_rule_refused_it() {
        RegistryRequest request = Identity.of("alice").on(get("/v2/team/app/manifests/dev"));
        assertEquals(
                "REFUSED alice 192.0.2.7 GET PullManifest team/app dev AllowTags no rule allows it",
                Audit.line(request, "AllowTags", "no rule allows it"));
    }

    @Test
    void a_dry_run_says_so() {
        RegistryRequest request = get("/v2/_catalog").with(Audit.DRY_RUN, true);
        assertEquals(
                "WOULD-REFUSE - 192.0.2.7 GET Catalog - - AllowTags catalog",
                Audit.line(request, "AllowTags", "catalog"));
    }

    @Test
    void nobody_forges_a_line() {
        RegistryRequest request = Identity.of("a b\u2028c").on(get("/v2/%0aREFUSED/x"));
        String line = Audit.line(request, "AllowTags", "a\nb");
        assertEquals("REFUSED a?b?c 192.0.2.7 GET Malformed /v2/%0aREFUSED/x - AllowTags a?b", line, line);
    }

    @Test
    void everybody_is_told_in_order() {
        List<String> told = new ArrayList<>();
        Audit.all(List.of((r, policy, rule) -> told.add("1" + rule), (r, policy, rule) -> told.add("2" + rule)))
                .refused(get("/v2/"), "P", "x");
        assertEquals(List.of("1x", "2x"), told);
    }

    @Test
    void who_waits_outside_of_the_login_learns_the_identity() {
        AtomicReference<Optional<Identity>> holder = new AtomicReference<>(Optional.empty());
        RegistryRequest request = Identity.of("alice").on(get("/v2/").with(Identity.HOLDER, holder));
        assertEquals(Optional.of(Identity.of("alice")), holder.get());
        assertEquals(Optional.of(Identity.of("alice")), request.get(Identity.ATTRIBUTE));
    }
}

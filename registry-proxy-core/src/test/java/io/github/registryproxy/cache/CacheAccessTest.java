package io.github.registryproxy.cache;

import static io.github.registryproxy.cache.CacheBench.TYPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.cache.CacheBench.Held;
import io.github.registryproxy.cache.CacheBench.Seen;
import io.github.registryproxy.protocol.ErrorCode;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CacheAccessTest {
    private static final String APP = "/v2/app/manifests/1.0";

    private final CacheBench bench = new CacheBench();
    private final Held one = bench.hold("app", "1.0", TYPE, "{}");
    private final String path = "/v2/app/manifests/" + one.digest();

    private void set(CacheAccess access) {
        bench.cache = bench.settings().access(access).build();
    }

    /** The upstream lets alice in, and bob when he is told to be. */
    private void guard(boolean bob) {
        bench.script = request -> {
            String who = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
            boolean in = who.equals("Bearer alice") || (bob && who.equals("Bearer bob"));
            return in ? null : RegistryResponse.of(ErrorCode.UNAUTHORIZED.because("who is it"));
        };
    }

    private Seen get(String target, String who) throws IOException {
        return bench.get(target, HeaderNames.AUTHORIZATION, "Bearer " + who);
    }

    @Test
    void what_is_public_is_for_everybody() throws IOException {
        guard(false);
        get(path, "alice");
        get(APP, "alice");
        bench.asked();
        assertEquals(CacheState.HIT, get(path, "bob").state());
        assertEquals(CacheState.HIT, get(APP, "bob").state());
        assertEquals(List.of(), bench.asked());
    }

    @Test
    void the_same_credential_is_not_asked_about() throws IOException {
        set(CacheAccess.SAME_CREDENTIAL);
        guard(false);
        get(path, "alice");
        get(APP, "alice");
        bench.asked();
        assertEquals(CacheState.HIT, get(path, "alice").state());
        assertEquals(CacheState.HIT, get(APP, "alice").state());
        assertEquals(List.of(), bench.asked());
    }

    @Test
    void another_credential_is_asked_about_and_refused_as_the_upstream_does() throws IOException {
        set(CacheAccess.SAME_CREDENTIAL);
        guard(false);
        get(path, "alice");
        get(APP, "alice");
        bench.asked();
        Seen refused = get(path, "bob");
        assertEquals(401, refused.status());
        assertFalse(refused.body().contains("{}"));
        assertEquals(401, get(APP, "bob").status());
        assertEquals(401, bench.get(APP).status());
        assertEquals(List.of("HEAD " + path, "HEAD " + APP, "HEAD " + APP), bench.asked());
        assertEquals(CacheState.HIT, get(APP, "alice").state());
    }

    @Test
    void another_credential_that_is_good_is_asked_about_once() throws IOException {
        set(CacheAccess.SAME_CREDENTIAL);
        guard(true);
        get(path, "alice");
        get(APP, "alice");
        bench.asked();
        assertEquals(CacheState.REVALIDATED, get(path, "bob").state());
        assertEquals(CacheState.HIT, get(path, "bob").state());
        assertEquals(CacheState.HIT, get(APP, "bob").state());
        assertEquals(List.of("HEAD " + path), bench.asked());
    }

    @Test
    void who_was_never_let_in_gets_nothing_stale() throws IOException {
        set(CacheAccess.SAME_CREDENTIAL);
        guard(false);
        get(APP, "alice");
        bench.pass(Duration.ofSeconds(61));
        bench.unplug();
        assertEquals(CacheState.STALE, get(APP, "alice").state());
        assertThrows(ConnectException.class, () -> get(APP, "bob"));
        assertThrows(ConnectException.class, () -> get(path, "bob"));
    }

    @Test
    void a_stranger_s_404_does_not_take_a_tag_from_others() throws IOException {
        set(CacheAccess.SAME_CREDENTIAL);
        get(APP, "alice");
        bench.script = request ->
                request.headers().first(HeaderNames.AUTHORIZATION).orElse("").equals("Bearer bob")
                        ? RegistryResponse.of(ErrorCode.NAME_UNKNOWN.because("hidden"))
                        : null;
        assertEquals(404, get(APP, "bob").status());
        bench.unplug();
        assertEquals(CacheState.HIT, get(APP, "alice").state());
    }

    @Test
    void recheck_asks_each_time_and_never_serves_unasked() throws IOException {
        set(CacheAccess.RECHECK);
        guard(true);
        get(path, "alice");
        get(APP, "alice");
        bench.asked();
        assertEquals(CacheState.REVALIDATED, get(path, "alice").state());
        assertEquals(CacheState.REVALIDATED, get(APP, "bob").state());
        assertEquals(CacheState.REVALIDATED, get(APP, "bob").state());
        assertEquals(List.of("HEAD " + path, "HEAD " + APP, "HEAD " + APP), bench.asked());
        guard(false);
        assertEquals(401, get(APP, "bob").status());
        assertEquals(401, get(path, "bob").status());
        bench.unplug();
        assertThrows(ConnectException.class, () -> get(path, "alice"));
        assertThrows(ConnectException.class, () -> get(APP, "alice"));
    }

    @Test
    void one_caller_s_rate_limit_is_not_another_s() throws IOException {
        set(CacheAccess.SAME_CREDENTIAL);
        bench.refuse(429, "60");
        assertEquals(429, get(APP, "bob").status());
        bench.plugIn();
        assertEquals(429, get(APP, "bob").status());
        assertEquals(200, get(APP, "alice").status());
    }

    @Test
    void lists_are_kept_for_everybody_or_not_at_all() throws IOException {
        bench.held.put("/v2/app/tags/list", new Held("application/json", "{\"name\":\"app\",\"tags\":[]}"));
        for (CacheAccess access : List.of(CacheAccess.SAME_CREDENTIAL, CacheAccess.RECHECK)) {
            set(access);
            assertEquals(CacheState.BYPASS, get("/v2/app/tags/list", "alice").state());
            assertEquals(CacheState.BYPASS, get("/v2/app/tags/list", "alice").state());
        }
        assertEquals(4, bench.asked().size());
    }

    @Test
    void no_record_holds_a_credential() throws IOException {
        set(CacheAccess.SAME_CREDENTIAL);
        get(APP, "alice");
        bench.store
                .records
                .values()
                .forEach(value -> assertFalse(new String(value, StandardCharsets.UTF_8).contains("alice")));
    }
}

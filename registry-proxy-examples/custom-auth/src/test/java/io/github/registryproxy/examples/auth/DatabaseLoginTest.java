package io.github.registryproxy.examples.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.base.Ticker;
import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Identity;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.middleware.RenameRepository;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.testing.StrictPipeline;
import io.github.registryproxy.testing.Transcripts;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DatabaseLoginTest {
    private final JdbcConnectionPool people =
            JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
    private final AtomicInteger queries = new AtomicInteger();
    private final AtomicBoolean away = new AtomicBoolean();
    private final AtomicLong nanos = new AtomicLong();
    private final DatabaseLogin login = new DatabaseLogin(new UserDatabase(counted(people)), new Ticker() {
        @Override
        public long read() {
            return nanos.get();
        }
    });

    @BeforeEach
    void create() throws Exception {
        CustomAuth.create(people);
    }

    @AfterEach
    void dispose() throws SQLException {
        people.dispose();
    }

    // region transcripts
    @TestFactory
    Stream<DynamicTest> transcripts() {
        return Transcripts.in(DatabaseLoginTest.class, "transcripts", transcript -> {
            try (StrictPipeline strict = StrictPipeline.around(login)) {
                transcript.run(upstream -> RegistryProxy.builder()
                        .use(strict)
                        .use(RenameRepository.under("library"))
                        .upstream(upstream)
                        .build());
            }
        });
    }
    // endregion

    @Test
    void what_stands_inside_knows_who_it_is_and_sees_no_password() throws IOException {
        List<RegistryRequest> seen = new ArrayList<>();

        assertEquals(200, status(asked("alice", "wonderland"), request -> {
            seen.add(request);
            return RegistryResponse.of(200);
        }));

        assertEquals("alice", seen.get(0).get(Identity.ATTRIBUTE).orElseThrow().name());
        assertFalse(seen.get(0).headers().contains(HeaderNames.AUTHORIZATION));
    }

    @Test
    void twenty_requests_of_one_pull_cost_one_look_into_the_database() throws Exception {
        CountDownLatch together = new CountDownLatch(20);
        ExecutorService threads = Executors.newFixedThreadPool(20);
        try {
            List<Future<Integer>> statuses = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                statuses.add(threads.submit(() -> {
                    together.countDown();
                    together.await();
                    return status(asked("alice", "wonderland"), request -> RegistryResponse.of(200));
                }));
            }
            for (Future<Integer> status : statuses) {
                assertEquals(200, status.get());
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(2, queries.get(), "the password and the rights, once");
    }

    @Test
    void who_is_removed_is_out_half_a_minute_later() throws Exception {
        assertEquals(200, status(asked("bob", "builder"), request -> RegistryResponse.of(200)));

        try (Connection connection = people.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM people WHERE name = 'bob'");
        }

        nanos.addAndGet(Duration.ofSeconds(31).toNanos());
        assertEquals(401, status(asked("bob", "builder"), request -> RegistryResponse.of(200)));
    }

    @Test
    void a_refusal_is_not_remembered() throws Exception {
        assertEquals(401, status(asked("bob", "changed"), request -> RegistryResponse.of(200)));

        try (Connection connection = people.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE people SET password = '" + Passwords.hash("changed".toCharArray())
                    + "' WHERE name = 'bob'");
        }

        assertEquals(200, status(asked("bob", "changed"), request -> RegistryResponse.of(200)));
    }

    @Test
    void a_name_with_a_quote_is_a_name() throws IOException {
        assertEquals(401, status(asked("alice' OR '1'='1", "wonderland"), request -> RegistryResponse.of(200)));
    }

    @Test
    void while_the_database_is_away_nobody_is_told_that_his_password_is_wrong() throws Exception {
        away.set(true);

        assertEquals(503, status(asked("alice", "wonderland"), request -> RegistryResponse.of(200)));
    }

    @Test
    void what_is_kept_of_a_password_tells_it_from_others() {
        String hash = Passwords.hash("wonderland".toCharArray());

        assertTrue(Passwords.match("wonderland".toCharArray(), hash));
        assertFalse(Passwords.match("wonderlanD".toCharArray(), hash));
    }

    private int status(RegistryRequest request, RegistryHandler next) throws IOException {
        RegistryProxy proxy = RegistryProxy.builder().use(login).upstream(next).build();
        try (RegistryResponse response = proxy.handle(request)) {
            return response.status();
        }
    }

    private static RegistryRequest asked(String name, String password) {
        byte[] pair = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
        Headers headers = Headers.of(
                HeaderNames.AUTHORIZATION, "Basic " + Base64.getEncoder().encodeToString(pair));
        Client client = new Client("192.0.2.1", URI.create("http://images.test"));
        return RegistryRequest.of("GET", Target.parse("GET", "/v2/"), headers, Body.empty(), client);
    }

    /** The same, counting: each query takes a connection of its own. */
    private DataSource counted(DataSource from) {
        return (DataSource) Proxy.newProxyInstance(
                DatabaseLoginTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, args) -> {
                    queries.incrementAndGet();
                    if (away.get()) {
                        throw new SQLException("away");
                    }
                    try {
                        return method.invoke(from, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}

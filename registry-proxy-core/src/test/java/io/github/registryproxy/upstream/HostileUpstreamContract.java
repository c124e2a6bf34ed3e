package io.github.registryproxy.upstream;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.transport.TlsSettings;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.transport.TransportBuilder;
import io.github.registryproxy.upstream.HostileRow.Reaches;
import io.github.registryproxy.upstream.HostileWorld.Reply;
import io.github.registryproxy.upstream.RecordingServer.Request;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A hostile upstream receives no secret, whatever it says and whichever login the proxy has; looked for in every byte at the
 * attacker's socket.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class HostileUpstreamContract {
    /** The attacker's own socket, by ways to write an address that is not public. */
    private static final List<String> SPELLINGS = List.of(
            "localhost:{port}",
            "LocalHost:{port}",
            "127.1:{port}",
            "127.0.1:{port}",
            "2130706433:{port}",
            "0x7f000001:{port}",
            "0x7f.0.0.1:{port}",
            "0177.0.0.1:{port}",
            "017700000001:{port}",
            "127.0.0.01:{port}",
            "127.0.0.1.:{port}",
            "0.0.0.0:{port}",
            "0:{port}",
            "[::]:{port}",
            "[::1]:{port}",
            "[0:0:0:0:0:0:0:1]:{port}",
            "[::ffff:127.0.0.1]:{port}",
            "[::ffff:7f00:1]:{port}",
            "[::127.0.0.1]:{port}",
            "127.0.0.1%2f:{port}");

    /** Where no test can listen: an egress proxy is asked for them. */
    private static final List<String> NOT_PUBLIC = List.of(
            "169.254.169.254",
            "169.254.170.2",
            "2852039166",
            "0xa9fea9fe",
            "0251.0376.0251.0376",
            "169.16689662",
            "[::ffff:169.254.169.254]",
            "[::ffff:a9fe:a9fe]",
            "[64:ff9b::a9fe:a9fe]",
            "[2002:a9fe:a9fe::1]",
            "[fd00:ec2::254]",
            "[fe80::1]",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "0.0.0.0",
            "127.0.0.1",
            "[::1]",
            "224.0.0.1",
            "255.255.255.255");

    /** What a transfer needs. */
    private static final Set<String> BARE = Set.of(
            "host",
            "accept",
            "accept-encoding",
            "user-agent",
            "range",
            "if-range",
            "content-type",
            "content-range",
            "content-length",
            "transfer-encoding",
            "connection");

    private HandshakeCertificates tls;
    private Transport transport;
    private RecordingServer proxy;
    private Transport throughProxy;

    /** Of a transport with the settings that are safe for a public upstream. */
    protected abstract TransportBuilder builder();

    @BeforeAll
    void open(@TempDir Path folder) throws IOException {
        HeldCertificate own = new HeldCertificate.Builder()
                .addSubjectAlternativeName("127.0.0.1")
                .build();
        tls = new HandshakeCertificates.Builder().heldCertificate(own).build();
        Path trusted = Files.writeString(folder.resolve("own.pem"), own.certificatePem());
        transport = builder().tls(TlsSettings.defaults().trustingOnly(trusted)).build();
        proxy = new RecordingServer();
        throughProxy = builder()
                .egressProxy(URI.create("http://127.0.0.1:" + proxy.port()))
                .build();
    }

    @AfterAll
    void close() throws IOException {
        transport.close();
        throughProxy.close();
        proxy.close();
    }

    private static List<HostileRow> table() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                HostileUpstreamContract.class.getResourceAsStream("hostile-upstream.txt"), "no table")) {
            return HostileRow.parseAll(new String(in.readNBytes(1 << 20), StandardCharsets.UTF_8));
        }
    }

    private static Stream<Arguments> forEachLogin(List<HostileRow> rows) {
        return rows.stream().flatMap(row -> Stream.of(PlantedLogin.values()).map(login -> Arguments.of(row, login)));
    }

    static Stream<Arguments> rows() throws IOException {
        return forEachLogin(table());
    }

    static Stream<Arguments> spellings() {
        return SPELLINGS.stream()
                .flatMap(host -> waysTo("http://" + host))
                .flatMap(row -> loginsFor(row).map(login -> Arguments.of(row, login)));
    }

    static Stream<Arguments> addresses() {
        return NOT_PUBLIC.stream()
                .flatMap(host -> waysTo("http://{evil}")
                        .flatMap(row -> loginsFor(row).map(login -> Arguments.of(host, row, login))));
    }

    /** Whoever has a secret asks no unlisted realm, wherever it is. */
    private static Stream<PlantedLogin> loginsFor(HostileRow row) {
        return row.is("challenge")
                ? Stream.of(PlantedLogin.ANONYMOUS, PlantedLogin.CLIENT)
                : Stream.of(PlantedLogin.TOKEN, PlantedLogin.CLIENT);
    }

    private static Stream<HostileRow> waysTo(String place) {
        return Stream.of(
                new HostileRow("challenge", "Bearer realm=\"" + place + "/token\"", Reaches.NOBODY),
                new HostileRow("GET blob 307", place + "/content", Reaches.NOBODY),
                new HostileRow("upload at", place + "/upload", Reaches.NOBODY));
    }

    @ParameterizedTest(name = "{0} | {1}")
    @MethodSource("rows")
    void no_secret_arrives(HostileRow row, PlantedLogin login) throws IOException {
        HostileSites sites = HostileSites.onSockets(row, login, tls.sslContext());
        try (HostileWorld world = new HostileWorld(login, sites, transport)) {
            check(world, row, login);
        }
    }

    @ParameterizedTest(name = "{0} | {1}")
    @MethodSource("spellings")
    void an_address_that_is_not_public_is_not_gone_to_however_it_is_written(HostileRow row, PlantedLogin login)
            throws IOException {
        HostileSites sites = HostileSites.onSockets(row, login, tls.sslContext());
        try (HostileWorld world = new HostileWorld(login, sites, transport)) {
            check(world, row, login);
        }
    }

    @ParameterizedTest(name = "{0} | {1} | {2}")
    @MethodSource("addresses")
    void an_egress_proxy_is_not_asked_for_addresses_that_are_not_public(String host, HostileRow row, PlantedLogin login)
            throws IOException {
        HostileSites sites = HostileSites.behind(proxy, row, login, host);
        try (HostileWorld world = new HostileWorld(login, sites, throughProxy)) {
            check(world, row, login);
        }
    }

    /** By a proxy that knows nothing yet, then by one that has been let in. */
    private static void check(HostileWorld world, HostileRow row, PlantedLogin login) {
        world.provoke(row);
        world.pullWhatIsGood();
        assertEquals(200, world.pullWhatIsGood().status(), () -> "good repositories are served: " + world.replies());
        world.provoke(row);
        assertEquals(200, world.pullWhatIsGood().status(), () -> "good repositories are served: " + world.replies());
        HostileSites sites = world.sites();
        String heard = HostileSites.text(sites.atEvil());
        boolean comes = row.reaches() == Reaches.BARE
                || (row.reaches() == Reaches.ANONYMOUS && login == PlantedLogin.ANONYMOUS);
        assertAll(
                // What is looked for can be heard.
                () -> assertTrue(PlantedLogin.isIn(sites.heardByTheGood())),
                () -> assertEquals(comes, sites.connectionsToEvil() > 0, () -> heard + world.replies()),
                () -> assertFalse(PlantedLogin.isIn(heard), heard),
                () -> assertTrue(sites.atEvil().stream().allMatch(HostileUpstreamContract::isBare), heard),
                () -> assertEquals(List.of(), world.withForeignTokens()),
                () -> assertFalse(sites.heardByTheRegistry().contains(PlantedLogin.REFRESH_TOKEN)),
                () -> assertFalse(sites.heardByTheGood().contains(PlantedLogin.COOKIE + "-of-the-client")),
                () -> assertFalse(
                        world.sendsClientsAway(), () -> world.replies().toString()),
                () -> assertFalse(world.tellsSecrets(), () -> world.replies().toString()));
        if (row.is("GET blob 307")) {
            boolean whole =
                    comes && !row.says().contains("/asks") && !row.says().contains("/back");
            assertEquals(whole, world.replies().stream().anyMatch(HostileUpstreamContract::isPulled), row::toString);
        }
    }

    private static boolean isPulled(Reply reply) {
        return reply.target().contains("/v2/app/blobs/sha256") && reply.status() == 200;
    }

    private static boolean isBare(Request request) {
        return BARE.containsAll(request.fields().keySet());
    }
}

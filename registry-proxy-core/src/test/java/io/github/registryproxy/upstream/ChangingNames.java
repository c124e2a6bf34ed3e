package io.github.registryproxy.upstream;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.auth.Credentials;
import io.github.registryproxy.auth.CredentialsProvider;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.AllowedAddresses;
import io.github.registryproxy.transport.Cidr;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.transport.TransportBuilder;
import io.github.registryproxy.transport.TransportRequest;
import io.github.registryproxy.upstream.RecordingServer.Answer;
import io.github.registryproxy.upstream.RecordingServer.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process in which a file says where names lead (the JDK's {@code jdk.net.hosts.file}), and changes its mind as soon as an
 * address has been checked: storage is allowed at 127.0.0.3, and the attacker is at 127.0.0.2.
 */
final class ChangingNames {
    private static final String CONTENT = "layer";

    private final Path names;
    private final Transport transport;
    private final RecordingServer storage = at("127.0.0.3", 0);
    private final RecordingServer attacker = at("127.0.0.2", storage.port());
    private final RecordingServer registry = at("127.0.0.1", 0);

    /** @param arguments the class of the transport's builder, and the file */
    public static void main(String... arguments) throws Exception {
        Constructor<?> maker = Class.forName(arguments[0]).getDeclaredConstructor();
        maker.setAccessible(true);
        try (Transport transport = ((TransportBuilder) maker.newInstance()).build()) {
            ChangingNames world = new ChangingNames(Path.of(arguments[1]), transport);
            world.redirect("liar.test", Credentials.basic("keeper", PlantedLogin.PASSWORD), true);
            world.askForToken("other-liar.test");
            world.redirect("attacker.test", Credentials.anonymous(), false);
        }
    }

    private ChangingNames(Path names, Transport transport) throws IOException {
        this.names = names;
        this.transport = transport;
        storage.answering(ChangingNames::serve);
        attacker.answering(ChangingNames::serve);
    }

    private static RecordingServer at(String address, int port) throws IOException {
        return new RecordingServer(new ServerSocket(port, 50, InetAddress.getByName(address)));
    }

    private static Answer serve(Request request) {
        return request.path().equals("/token")
                ? Answer.of(200).body("{\"token\":\"" + PlantedLogin.TOKENS + "\"}")
                : Answer.of(200).body(CONTENT);
    }

    /** Whether what is asked for is served, by the storage that was checked. */
    private void redirect(String name, Credentials login, boolean served) throws IOException {
        registry.answering(request -> Answer.of(307, "Location", "http://" + name + ":" + storage.port() + "/content"));
        int before = storage.connections();
        int status = pull(name, login);
        expect(status == 200 == served, name + ": " + status);
        expect(storage.connections() > before == served, name + " leads to storage: " + served);
    }

    private void askForToken(String name) throws IOException {
        String challenge = "Bearer realm=\"http://" + name + ":" + storage.port() + "/token\"";
        registry.answering(request -> request.field("authorization").isEmpty()
                ? Answer.of(401, "WWW-Authenticate", challenge)
                : Answer.of(200).body(CONTENT));
        int before = storage.connections();
        int status = pull(name, Credentials.anonymous());
        expect(status == 200 && storage.connections() > before, name + ": " + status);
    }

    private int pull(String name, Credentials login) throws IOException {
        boolean liar = name.contains("liar");
        point(name, liar ? "127.0.0.3" : "127.0.0.2");
        HttpUpstream upstream = HttpUpstream.to(URI.create("http://127.0.0.1:" + registry.port()))
                .transport(new Transport() {
                    @Override
                    public RegistryResponse send(TransportRequest request) throws IOException {
                        return transport.send(thenLie(request, name));
                    }

                    @Override
                    public void close() {}
                })
                .credentials(CredentialsProvider.of(login))
                .addresses(AllowedAddresses.publicOnly().andHost("127.0.0.1").and(Cidr.parse("127.0.0.3/32")))
                .blobDelivery(BlobDelivery.STREAM)
                .backoff(failures -> {})
                .build();
        String target = "/v2/app/blobs/" + HostileWorld.digest(CONTENT);
        Client client = new Client("192.0.2.7", URI.create("http://proxy.example"));
        int status;
        try (RegistryResponse response = upstream.handle(
                RegistryRequest.of("GET", Target.parse("GET", target), Headers.EMPTY, Body.empty(), client))) {
            response.body().readAll(1000);
            status = response.status();
        } catch (IOException e) {
            status = 502;
        } catch (io.github.registryproxy.protocol.RegistryException e) {
            status = e.error().status();
        }
        expect(attacker.connections() == 0, name + " leads to the attacker: " + attacker.requests());
        expect(!PlantedLogin.isIn(HostileSites.text(storage.requests())), "a secret came to storage");
        return status;
    }

    /** The answer for the check is followed by another one. */
    private TransportRequest thenLie(TransportRequest request, String name) {
        AddressPolicy checked = request.addresses();
        AddressPolicy lying = (host, address) -> {
            checked.check(host, address);
            point(name, "127.0.0.2");
        };
        return new TransportRequest(
                request.method(),
                request.uri(),
                request.headers(),
                request.body(),
                checked.equals(AddressPolicy.ANY) ? checked : lying);
    }

    private void point(String name, String address) {
        try {
            Files.writeString(names, address + " " + name + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}

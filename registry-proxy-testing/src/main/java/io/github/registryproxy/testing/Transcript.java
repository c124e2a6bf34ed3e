package io.github.registryproxy.testing;

import io.github.registryproxy.Body;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.testing.Message.Mark;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * A test that reads like the protocol: what a client asks, what the upstream is then asked and answers, and what the client
 * gets. Both sides are checked; an upstream request too many or too few fails like a wrong header.
 *
 * <pre>{@code
 * # A comment. Blank lines are for people.
 * client   > POST /v2/mirror/app/blobs/uploads/
 * upstream > POST /v2/app/blobs/uploads/
 * upstream < 202  Location: /v2/app/blobs/uploads/7?_state=x
 * client   < 202  Location: /v2/mirror/app/blobs/uploads/7?_state=x  !Set-Cookie
 *
 * client   > PUT /v2/mirror/app/manifests/1
 *     Content-Type: application/vnd.oci.image.manifest.v1+json
 *     | {"schemaVersion": 2}
 * upstream > (nothing)
 * client   < 405  Content-Type: application/json
 *     | {"errors": [{"code": "UNSUPPORTED", "message": "pull only"}]}
 * }</pre>
 *
 * <ul>
 *   <li>A message is a line that begins at the margin; indented lines below it belong to it. An exchange is {@code client >},
 *       any number of {@code upstream >} and {@code upstream <}, {@code client <}; a file has one or more.
 *   <li>Header fields follow on the line after two spaces, or below, one per line. What is sent has these fields and no
 *       others (a socket adds those of framing). What is received must have exactly these values under these names, other names
 *       are not looked at; {@code *} is any one value, {@code !Name} says that the field is absent.
 *   <li>{@code | text} lines are the body, joined by line feeds; {@code (70000 bytes)} is a body of {@link #bytes}. Received
 *       bodies are compared as JSON where their content type is, else byte by byte; a message that says nothing about its
 *       body is not compared, {@code (empty)} says that there is none.
 *   <li>{@code (chunked)}: of unknown length. {@code (breaks)}: the body fails after what is listed, and a received one must.
 *       {@code upstream > (nothing)}: said aloud, though it holds anyway. {@code upstream < (no answer)} and {@code (no answer in
 *       time)}: the upstream fails; the client gets what the edge makes of it, 502 and 504.
 *   <li>{@code {name}} in a target or a field of a received message takes the text at that place, and stands for it from then
 *       on. {@code {proxy}} is the client's base address, {@code {mount}} the path in it, empty at the root.
 * </ul>
 *
 * <p>Every body that the script gives must be closed by the end of its exchange.
 */
public final class Transcript {
    private final String name;
    private final List<Exchange> exchanges;

    private Transcript(String name, List<Exchange> exchanges) {
        this.name = name;
        this.exchanges = exchanges;
    }

    /**
     * Reads a transcript.
     *
     * @param name of the file, for messages
     * @throws IllegalArgumentException when the text is none; names the line
     */
    public static Transcript parse(String name, String text) {
        return new Transcript(name, TranscriptParser.parse(name, text));
    }

    /** Reads a transcript from a file in UTF-8. */
    public static Transcript load(Path file) throws IOException {
        return parse(file.getFileName().toString(), Files.readString(file));
    }

    /** So many bytes, the same ones each time and no two neighbouring blocks alike: what {@code (N bytes)} stands for. */
    public static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (i * 31 + (i >>> 8) * 7 + (i >>> 16));
        }
        return bytes;
    }

    /** The file's name. */
    public String name() {
        return name;
    }

    /**
     * Replays it in memory.
     *
     * @param proxyUnderTest makes the handler to be tested from the scripted upstream; closed at the end if it can be
     * @throws AssertionError at the first difference
     */
    public void run(Function<RegistryHandler, RegistryHandler> proxyUnderTest) {
        replay(upstream -> ClientSide.of(proxyUnderTest.apply(upstream)), new BodyLeaks());
    }

    /**
     * Replays it through a client side of one's own, such as a server behind a socket.
     *
     * @param clientSide made from the scripted upstream, closed at the end
     * @throws AssertionError at the first difference
     */
    public void replay(Function<RegistryHandler, ClientSide> clientSide) {
        replay(clientSide, new BodyLeaks(Duration.ofSeconds(10)));
    }

    private void replay(Function<RegistryHandler, ClientSide> clientSide, BodyLeaks leaks) {
        Placeholders placeholders = new Placeholders();
        Check check = new Check(name, placeholders);
        ScriptedUpstream upstream = new ScriptedUpstream(check, leaks);
        try (ClientSide client = clientSide.apply(upstream)) {
            placeholders.bind("proxy", client.base().toString());
            placeholders.bind("mount", client.base().getRawPath());
            for (Exchange exchange : exchanges) {
                run(exchange, client, upstream, check);
                leaks.assertAllClosed(name + ":" + exchange.request().line());
            }
        } catch (IOException e) {
            throw new AssertionError(name + ": the client side could not be closed", e);
        }
    }

    private static void run(Exchange exchange, ClientSide client, ScriptedUpstream upstream, Check check) {
        upstream.begin(exchange);
        Message request = exchange.request();
        String[] words = check.fill(request.subject()).split(" ");
        Reply reply;
        try {
            reply = client.send(words[0], words[1], check.fields(request), body(request));
        } catch (RuntimeException e) {
            upstream.throwFailure();
            throw e;
        } catch (IOException e) {
            upstream.throwFailure();
            AssertionError failure =
                    check.difference(exchange.answer(), "", exchange.answer().subject(), "no answer: " + e);
            failure.initCause(e);
            throw failure;
        }
        upstream.throwFailure();
        upstream.end(reply.status() + " " + reply.headers());
        check.subject(exchange.answer(), Integer.toString(reply.status()));
        check.headers(exchange.answer(), reply.headers());
        check.body(exchange.answer(), reply.headers(), reply.body(), reply.length(), reply.complete());
    }

    private static Body body(Message request) {
        byte[] bytes = request.body() == null ? new byte[0] : request.body();
        return request.is(Mark.CHUNKED)
                ? Body.of(new ByteArrayInputStream(bytes), OptionalLong.empty())
                : Body.of(bytes);
    }

    @Override
    public String toString() {
        return name;
    }
}

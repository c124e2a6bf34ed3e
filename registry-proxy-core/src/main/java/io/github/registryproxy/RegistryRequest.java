package io.github.registryproxy;

import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Target;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One request: immutable, except that its body can be read. It holds no path: its request line is rendered from the target,
 * so the two cannot disagree. The body belongs to whoever made the request; handlers read it and never close it.
 */
public final class RegistryRequest {
    /**
     * On a request that a middleware makes to read the answer itself: what would lead a client elsewhere, such as a redirect of
     * a blob, is followed for it.
     */
    public static final Attribute<Boolean> READ_HERE = Attribute.named("read here");

    private static final Object[] NO_ATTRIBUTES = {};

    private final String method;
    private final Target target;
    private final Headers headers;
    private final Body body;
    private final Client client;
    /** Keys at even places, values at odd ones; never more than a handful. */
    private final Object[] attributes;

    private RegistryRequest(
            String method, Target target, Headers headers, Body body, Client client, Object[] attributes) {
        this.method = Objects.requireNonNull(method, "method");
        this.target = Objects.requireNonNull(target, "target");
        this.headers = Objects.requireNonNull(headers, "headers");
        this.body = Objects.requireNonNull(body, "body");
        this.client = Objects.requireNonNull(client, "client");
        this.attributes = attributes;
    }

    public static RegistryRequest of(String method, Target target, Headers headers, Body body, Client client) {
        return new RegistryRequest(method, target, headers, body, client, NO_ATTRIBUTES);
    }

    /** As on the wire. HEAD asks for the same operation as GET. */
    public String method() {
        return method;
    }

    public boolean isHead() {
        return method.equals("HEAD");
    }

    public Target target() {
        return target;
    }

    /** What is asked; the target's operation. */
    public Operation operation() {
        return target.operation();
    }

    public Headers headers() {
        return headers;
    }

    public Body body() {
        return body;
    }

    public Client client() {
        return client;
    }

    /** What {@link #with(Attribute, Object)} left. */
    @SuppressWarnings("unchecked")
    public <T> Optional<T> get(Attribute<T> key) {
        for (int i = 0; i < attributes.length; i += 2) {
            if (attributes[i] == key) {
                return Optional.of((T) attributes[i + 1]);
            }
        }
        return Optional.empty();
    }

    /** The same request for another operation; query fields that no operation owns stay. */
    public RegistryRequest with(Operation operation) {
        return with(target.with(operation));
    }

    public RegistryRequest with(Target other) {
        return new RegistryRequest(method, other, headers, body, client, attributes);
    }

    /** With another method, such as GET for a HEAD that must be computed; the operation stays. */
    public RegistryRequest withMethod(String other) {
        return new RegistryRequest(other, target, headers, body, client, attributes);
    }

    public RegistryRequest withHeaders(UnaryOperator<Headers> f) {
        return new RegistryRequest(method, target, f.apply(headers), body, client, attributes);
    }

    /** With another body; the Content-Length that described the first goes. */
    public RegistryRequest withBody(Body other) {
        return new RegistryRequest(
                method, target, headers.without(HeaderNames.CONTENT_LENGTH), other, client, attributes);
    }

    public <T> RegistryRequest with(Attribute<T> key, T value) {
        Objects.requireNonNull(value, "value");
        int at = 0;
        while (at < attributes.length && attributes[at] != key) {
            at += 2;
        }
        Object[] more = Arrays.copyOf(attributes, Math.max(attributes.length, at + 2));
        more[at] = key;
        more[at + 1] = value;
        return new RegistryRequest(method, target, headers, body, client, more);
    }

    /** Method and operation, for people; no query, no headers. */
    @Override
    public String toString() {
        return method + " " + operation().path();
    }
}

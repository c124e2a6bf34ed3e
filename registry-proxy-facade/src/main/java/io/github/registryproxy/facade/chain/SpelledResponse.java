package io.github.registryproxy.facade.chain;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.TagList;
import io.github.registryproxy.facade.place.Destination;
import io.github.registryproxy.facade.place.Reading;
import io.github.registryproxy.protocol.Challenge;
import io.github.registryproxy.protocol.Link;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.InRepository;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The way back of {@link ResolvePlace}: an answer in the client's spelling, which leads it to the same place again. */
final class SpelledResponse {
    private static final String NS = "ns";
    private static final int LARGEST_LIST = 4 * 1024 * 1024;

    private final RegistryRequest request;
    private final Optional<RepositoryName> used;
    private final Optional<RepositoryName> canonical;
    private final Optional<Destination> door;
    /** Where {@code ns} has to be said again. */
    private final Optional<String> again;
    /** What {@code ns} named. */
    private final Optional<String> namespace;

    private SpelledResponse(RegistryRequest request, RegistryRequest resolved, Reading reading) {
        this.request = request;
        this.used = name(request);
        this.canonical = name(resolved);
        this.door = reading.door();
        this.again = reading.again(resolved.get(ResolvePlace.WHERE).orElseThrow());
        boolean ping = request.operation() instanceof Operation.Ping;
        this.namespace = ping ? Optional.empty() : reading.namespace();
    }

    static SpelledResponse of(RegistryRequest request, RegistryRequest resolved, Reading reading) {
        return new SpelledResponse(request, resolved, reading);
    }

    private static Optional<RepositoryName> name(RegistryRequest request) {
        return request.operation() instanceof InRepository in ? Optional.of(in.repository()) : Optional.empty();
    }

    RegistryResponse toClient(RegistryResponse response) throws IOException {
        boolean renamed = !used.equals(canonical);
        if (!renamed && namespace.isEmpty() && again.isEmpty()) {
            return response;
        }
        RegistryResponse mapped = response.mapHeaders(this::headers);
        boolean list = renamed && request.operation() instanceof Operation.ListTags && mapped.status() == 200;
        return list ? tags(mapped) : mapped;
    }

    private Headers headers(Headers headers) {
        Headers mapped = links(location(headers));
        if (again.isPresent()) {
            mapped = realm(again.get(), mapped);
        }
        return namespace.isPresent() ? mapped.with(HeaderNames.OCI_NAMESPACE, namespace.get()) : mapped;
    }

    private Headers location(Headers headers) {
        Optional<String> location = headers.first(HeaderNames.LOCATION);
        return location.isPresent() ? headers.with(HeaderNames.LOCATION, spelled(location.get())) : headers;
    }

    private Headers links(Headers headers) {
        if (!headers.contains(HeaderNames.LINK)) {
            return headers;
        }
        Headers mapped = headers.without(HeaderNames.LINK);
        for (String line : headers.all(HeaderNames.LINK)) {
            for (Link link : Link.parse(line)) {
                mapped = mapped.and(
                        HeaderNames.LINK,
                        link.withTarget(spelled(link.target())).toString());
            }
        }
        return mapped;
    }

    /** Absolute addresses lead elsewhere, and stay. */
    private String spelled(String address) {
        if (!address.startsWith("/") || address.startsWith("//")) {
            return address;
        }
        Target target = Target.parse("GET", address);
        if (target.operation() instanceof Operation.Malformed) {
            return address;
        }
        Target mapped = target.mapNames(this::spelled);
        return again.map(ns -> new Target(
                        mapped.operation(), mapped.rest().without(NS::equals).and(NS, ns)))
                .orElse(mapped)
                .render();
    }

    private RepositoryName spelled(RepositoryName name) {
        if (canonical.filter(name::equals).isPresent()) {
            return used.orElse(name);
        }
        return door.flatMap(by -> by.below(name)).orElse(name);
    }

    /** A client that is sent to our token endpoint has to come back for this registry; clients keep a realm's query. */
    private Headers realm(String ns, Headers headers) {
        String own = request.client().base() + Operation.Token.PATH;
        List<Challenge> challenges = Challenge.parse(headers.all(HeaderNames.WWW_AUTHENTICATE));
        if (challenges.stream().noneMatch(one -> isOwn(one, own))) {
            return headers;
        }
        Headers mapped = headers.without(HeaderNames.WWW_AUTHENTICATE);
        for (Challenge one : challenges) {
            Challenge leading = isOwn(one, own) ? one.with("realm", own + "?" + NS + "=" + ns) : one;
            String text = leading.toString();
            mapped = Headers.isLegal(HeaderNames.WWW_AUTHENTICATE, text)
                    ? mapped.and(HeaderNames.WWW_AUTHENTICATE, text)
                    : mapped;
        }
        return mapped;
    }

    private static boolean isOwn(Challenge challenge, String own) {
        return challenge.parameter("realm").filter(own::equals).isPresent();
    }

    private RegistryResponse tags(RegistryResponse response) throws IOException {
        if (request.isHead()) {
            // It is the length of a list with the other name.
            return response.mapHeaders(headers -> headers.without(HeaderNames.CONTENT_LENGTH));
        }
        try (response) {
            TagList list = TagList.parse(response.body().readAll(LARGEST_LIST))
                    .orElseThrow(() -> new IOException("upstream returned a malformed tag list"));
            return response.replaceBody(
                    Body.of(list.withName(used.orElseThrow().value()).toJson()));
        }
    }
}

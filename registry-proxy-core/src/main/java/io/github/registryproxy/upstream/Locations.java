package io.github.registryproxy.upstream;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Link;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.InRepository;
import io.github.registryproxy.protocol.Operation.InUpload;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.protocol.UploadSession;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the addresses in answers ours: what was created is named canonically, upload locations become path-absolute targets
 * or sealed sessions, and links lead to this registry or nowhere. Opens sealed sessions on the way in; what they lead to at
 * another origin gets no credentials.
 */
final class Locations implements Middleware {
    private static final int LONGEST_LINK = 4096;
    private static final Set<String> BARE = Set.of("content-type", "content-range", "user-agent");

    private final Transport transport;
    private final Wire wire;
    private final Origin origin;
    private final String basePath;
    private final AddressPolicy addresses;
    private final SealedUploads sealed;
    private final UpstreamStatuses statuses;

    Locations(
            Transport transport,
            Wire wire,
            Origin origin,
            String basePath,
            AddressPolicy addresses,
            SealedUploads sealed,
            UpstreamStatuses statuses) {
        this.transport = transport;
        this.wire = wire;
        this.origin = origin;
        this.basePath = basePath;
        this.addresses = addresses;
        this.sealed = sealed;
        this.statuses = statuses;
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        Optional<URI> at = request.operation() instanceof InUpload upload
                ? sealed.open(upload.repository(), upload.session()).map(uri -> withQuery(uri, request))
                : Optional.empty();
        RegistryRequest there = at.map(uri -> request.with(Wire.AT, uri)).orElse(request);
        boolean foreign = at.isPresent() && !Origin.of(at.get()).equals(Optional.of(origin));
        RegistryResponse response =
                foreign ? statuses.handle(there, asked -> sendBare(asked, at.get())) : next.handle(there);
        URI from = at.orElseGet(() -> wire.uri(request));
        return response.mapHeaders(headers -> mapLinks(mapLocation(headers, response, request, from), from));
    }

    private RegistryResponse sendBare(RegistryRequest request, URI to) throws IOException {
        Headers headers = request.headers().filter((name, value) -> BARE.contains(name.toLowerCase(Locale.ROOT)));
        return transport
                .send(new TransportRequest(request.method(), to, headers, request.body(), addresses))
                .mapHeaders(HopByHop::strip);
    }

    /** The digest that ends an upload is a field of our own; the rest of the query is sealed already. */
    private static URI withQuery(URI uri, RegistryRequest request) {
        String own = request.operation().query().render();
        if (own.isEmpty()) {
            return uri;
        }
        return URI.create(uri + (uri.getRawQuery() == null ? "?" : "&") + own);
    }

    private Headers mapLocation(Headers headers, RegistryResponse response, RegistryRequest request, URI from) {
        if (response.isRedirect()) {
            return headers;
        }
        Headers without = headers.without(HeaderNames.LOCATION);
        if (!(request.operation() instanceof InRepository here)) {
            return without;
        }
        if (response.status() == 201) {
            return without.and(HeaderNames.LOCATION, created(here).path());
        }
        Optional<String> location = headers.first(HeaderNames.LOCATION);
        return location.isPresent() && goesOn(here, response.status())
                ? without.and(HeaderNames.LOCATION, uploadTarget(here.repository(), from, location.get()))
                : without;
    }

    /** Whether the answer's Location is where the upload goes on: end-4 and end-11, end-5 and end-13, and a chunk out of order. */
    private static boolean goesOn(InRepository here, int status) {
        boolean begins = here instanceof Operation.StartUpload
                || here instanceof Operation.PushBlob
                || here instanceof Operation.MountBlob;
        boolean chunk = here instanceof Operation.PushChunk;
        return switch (status) {
            case 202 -> begins || chunk;
            case 204 -> chunk || here instanceof Operation.UploadStatus;
            case 416 -> chunk || here instanceof Operation.FinishUpload;
            default -> false;
        };
    }

    private static Operation created(InRepository here) {
        RepositoryName name = here.repository();
        if (here instanceof Operation.PushManifest push) {
            return new Operation.PullManifest(name, push.reference());
        }
        if (here instanceof Operation.MountBlob mount) {
            return new Operation.PullBlob(name, mount.digest());
        }
        if (here instanceof Operation.PushBlob push) {
            return new Operation.PullBlob(name, push.digest());
        }
        if (here instanceof Operation.FinishUpload finish) {
            return new Operation.PullBlob(name, finish.digest());
        }
        return here;
    }

    private String uploadTarget(RepositoryName repository, URI from, String location) {
        URI to = resolve(from, location)
                .filter(uri -> mayLead(from, uri))
                .orElseThrow(() -> ErrorCode.UNAVAILABLE
                        .because("the registry names no usable upload location")
                        .asException());
        return targetHere(to)
                .filter(target -> target.operation() instanceof InUpload upload
                        && upload.repository().equals(repository))
                .map(Target::render)
                .orElseGet(() -> {
                    UploadSession session = sealed.seal(repository, to);
                    return new Operation.UploadStatus(repository, session).path();
                });
    }

    /** What is pushed by https does not go on by http. */
    private static boolean mayLead(URI from, URI to) {
        boolean secure = Origin.of(from).filter(Origin::isSecure).isPresent();
        return Origin.of(to).filter(there -> there.isSecure() || !secure).isPresent();
    }

    private Headers mapLinks(Headers headers, URI from) {
        if (!headers.contains(HeaderNames.LINK)) {
            return headers;
        }
        Headers mapped = headers.without(HeaderNames.LINK);
        for (String line : headers.all(HeaderNames.LINK)) {
            if (line.length() > LONGEST_LINK) {
                continue;
            }
            for (Link link : Link.parse(line)) {
                Optional<String> target = resolve(from, link.target())
                        .flatMap(this::targetHere)
                        .filter(t -> !(t.operation() instanceof Operation.Other)
                                && !(t.operation() instanceof Operation.Malformed))
                        .map(Target::render);
                if (target.isPresent() && Headers.isLegal(HeaderNames.LINK, link.parameters())) {
                    mapped = mapped.and(
                            HeaderNames.LINK, link.withTarget(target.get()).toString());
                }
            }
        }
        return mapped;
    }

    /** The target that an address of this registry means; empty for addresses of others. */
    private Optional<Target> targetHere(URI uri) {
        if (!Origin.of(uri).equals(Optional.of(origin)) || !uri.getRawPath().startsWith(basePath)) {
            return Optional.empty();
        }
        String path = uri.getRawPath().substring(basePath.length());
        return Optional.of(Target.parse("GET", uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery()));
    }

    private static Optional<URI> resolve(URI from, String reference) {
        try {
            return Optional.of(from.resolve(URI.create(reference.strip())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

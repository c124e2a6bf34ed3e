package io.github.registryproxy.facade.chain;

import io.github.registryproxy.Attribute;
import io.github.registryproxy.Body;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.facade.place.Destination;
import io.github.registryproxy.facade.place.Place;
import io.github.registryproxy.facade.place.Places;
import io.github.registryproxy.facade.place.Reading;
import io.github.registryproxy.facade.place.Where;
import io.github.registryproxy.middleware.RenameRepository;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.InRepository;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Scope;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.protocol.TokenForm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Resolves the place that a request is about, before anything decides about it. Everything inside sees canonical names and finds
 * {@link #WHERE} on the request; the client gets its answer in the spelling that it used, except for the scope of a challenge,
 * which is canonical.
 */
final class ResolvePlace implements Middleware {
    /** Where the request leads. */
    static final Attribute<Where> WHERE = Attribute.named("where");

    /** Where the source of a mount is. */
    static final Attribute<Where> FROM = Attribute.named("where a mount comes from");

    /** The registry that the client named by {@code ns}, where that decided where the request leads. */
    static final Attribute<String> NAMESPACE = Attribute.named("namespace");

    private static final String NS = "ns";

    private final Places places;

    ResolvePlace(Places places) {
        this.places = places;
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        Reading reading;
        RegistryRequest resolved;
        try {
            reading = places.reading(
                    request.client().host(), request.target().rest().all(NS));
            resolved = resolve(request, reading);
        } catch (RegistryException e) {
            // Logged, and asked for its login, as any other: what names exist is nothing to tell a stranger.
            return next.handle(
                    request.with(new Operation.Malformed(request.operation().path(), e.error()))
                            .with(WHERE, Where.Own.NOWHERE));
        }
        boolean list = request.operation() instanceof Operation.Catalog;
        RegistryResponse response = list && resolved.get(WHERE).orElseThrow() instanceof Destination destination
                ? new RenameRepository(CanonicalNames.fromBelow(destination)).handle(resolved, next)
                : next.handle(resolved);
        return SpelledResponse.of(request, resolved, reading).toClient(response);
    }

    private static RegistryRequest resolve(RegistryRequest request, Reading reading) throws IOException {
        Operation operation = request.operation();
        RegistryRequest bare = reading.ownsNamespace()
                ? request.with(new Target(operation, request.target().rest().without(NS::equals)))
                : request;
        if (operation instanceof InRepository in) {
            Place place = reading.place(in.repository());
            RegistryRequest resolved =
                    bare.with(operation.mapNames(name -> reading.place(name).name()));
            if (operation instanceof Operation.MountBlob mount && mount.from().isPresent()) {
                resolved = resolved.with(FROM, reading.place(mount.from().get()).where());
            }
            return led(resolved, reading, place.where());
        }
        if (operation instanceof Operation.Token token) {
            RegistryRequest mapped = bare.with(new Operation.Token(scopes(token.asked(), reading), token.service()));
            RegistryRequest resolved =
                    request.method().equals("POST") ? mapped.withBody(form(request.body(), reading)) : mapped;
            Optional<Destination> door = reading.door();
            return door.isPresent() ? led(resolved, reading, door.get()) : resolved.with(WHERE, reading.where());
        }
        if (operation instanceof Operation.Ping || reading.namespace().isEmpty()) {
            return bare.with(WHERE, reading.where());
        }
        Where where = reading.where();
        Optional<Destination> door = reading.door();
        return door.isPresent() ? led(bare, reading, door.get()) : bare.with(WHERE, where);
    }

    private static RegistryRequest led(RegistryRequest request, Reading reading, Where where) {
        boolean byNamespace = reading.namespace().isPresent()
                && reading.door().filter(where::equals).isPresent();
        RegistryRequest led = request.with(WHERE, where);
        return byNamespace ? led.with(NAMESPACE, reading.namespace().orElseThrow()) : led;
    }

    /** Names that stand for nothing are left out: a token may grant less than was asked for. */
    private static List<Scope> scopes(List<Scope> asked, Reading reading) {
        List<Scope> scopes = new ArrayList<>();
        for (Scope scope : asked) {
            Optional<RepositoryName> name = scope.repositoryName();
            if (name.isEmpty()) {
                scopes.add(scope);
                continue;
            }
            try {
                reading.scopes(name.get())
                        .forEach(canonical -> scopes.add(new Scope(scope.type(), canonical.value(), scope.actions())));
            } catch (RegistryException e) {
                continue;
            }
        }
        return List.copyOf(scopes);
    }

    /** Read when the token endpoint reads it, so that what is wrong with it is said there. */
    private static Body form(Body body, Reading reading) {
        return Body.of(
                new FormSource(() -> {
                    TokenForm form = TokenForm.parse(body.readAll(TokenForm.LARGEST));
                    return form.withScopes(scopes(form.scopes(), reading)).render();
                }),
                OptionalLong.empty());
    }
}

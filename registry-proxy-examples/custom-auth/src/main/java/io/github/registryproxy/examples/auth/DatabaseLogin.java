package io.github.registryproxy.examples.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Ticker;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.hash.HashCode;
import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Identity;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.InRepository;
import io.github.registryproxy.protocol.Operation.MountBlob;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * Lets in who is in the database, to what the database says: 401 with a Basic challenge to who is not, 403 to who may not.
 * Place it outside renaming: the rights are about the names that clients use.
 */
public final class DatabaseLogin implements Middleware {
    private static final Logger LOG = System.getLogger(DatabaseLogin.class.getName());
    private static final String CHALLENGE = "Basic realm=\"images\", charset=\"UTF-8\"";

    private final UserDatabase users;
    private final HashFunction fingerprint = Hashing.hmacSha256(Passwords.random(32));
    private final Cache<HashCode, Person> remembered;

    DatabaseLogin(UserDatabase users) {
        this(users, Ticker.systemTicker());
    }

    /** A pull is some twenty requests with one login: they cost one hash, and who is removed is out half a minute later. */
    DatabaseLogin(UserDatabase users, Ticker ticker) {
        this.users = users;
        this.remembered = CacheBuilder.newBuilder()
                .expireAfterWrite(Duration.ofSeconds(30))
                .maximumSize(1000)
                .ticker(ticker)
                .build();
    }

    // region handle
    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        Optional<Person> person = request.headers()
                .first(HeaderNames.AUTHORIZATION)
                .flatMap(BasicLogin::parse)
                .flatMap(this::find);
        if (person.isEmpty()) {
            return RegistryResponse.of(ErrorCode.UNAUTHORIZED.because("authentication required"))
                    .mapHeaders(headers -> headers.with(HeaderNames.WWW_AUTHENTICATE, CHALLENGE));
        }
        RegistryRequest known = Identity.of(person.get().name()).on(request);
        if (!may(person.get(), known.operation())) {
            return RegistryResponse.of(ErrorCode.DENIED.because("requested access to the resource is denied"));
        }
        // The password is ours: it ends here, and the registry behind never sees it.
        return next.handle(known.withHeaders(headers -> headers.without(HeaderNames.AUTHORIZATION)));
    }
    // endregion

    private static boolean may(Person person, Operation operation) {
        return switch (operation.access()) {
            case NONE -> true;
            case PULL -> operation instanceof InRepository in && person.mayPull(in.repository());
            case PUSH, DELETE ->
                operation instanceof InRepository in && person.mayPush(in.repository()) && mayMount(person, operation);
            case CATALOG, UNKNOWN -> false;
        };
    }

    /** A mount also reads: from where, is in the query. */
    private static boolean mayMount(Person person, Operation operation) {
        return !(operation instanceof MountBlob mount)
                || mount.from().map(person::mayPull).orElse(true);
    }

    private Optional<Person> find(BasicLogin login) {
        try {
            // Requests that come together wait for one hash. Refusals are not remembered, nor are passwords.
            HashCode key = fingerprint.hashString(login.name() + ":" + login.password(), UTF_8);
            return Optional.of(remembered.get(
                    key,
                    () -> users.find(login.name(), login.password().toCharArray())
                            .orElseThrow(RefusedException::new)));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RefusedException) {
                return Optional.empty();
            }
            // Neither in nor out: a client that is told 401 forgets a good password.
            LOG.log(
                    Level.ERROR,
                    "the user database does not answer: {0}",
                    e.getCause().toString());
            throw ErrorCode.UNAVAILABLE
                    .because("logins cannot be checked now")
                    .withStatus(503)
                    .withRetryAfter(Duration.ofSeconds(5))
                    .asException();
        }
    }

    /** For the way through the cache, which keeps what is returned and not what is thrown. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;
    }
}

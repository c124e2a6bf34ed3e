package io.github.registryproxy.login;

import io.github.registryproxy.Identity;
import io.github.registryproxy.LogFields;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.protocol.ErrorCode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out who somebody is: by a token of ours, else by the authenticators in order; failures are counted. */
final class Logins {
    private static final Logger LOG = System.getLogger(Logins.class.getName());

    private final List<Authenticator> authenticators;
    private final @Nullable AccessTokens tokens;
    private final FailedLogins failures;
    private final KeyedHash keyed = new KeyedHash();

    Logins(List<Authenticator> authenticators, @Nullable AccessTokens tokens, FailedLogins failures) {
        this.authenticators = List.copyOf(authenticators);
        this.tokens = tokens;
        this.failures = failures;
    }

    /** Of a request to the registry, where tokens of ours count. */
    Login toRegistry(RegistryRequest request, Presented presented) throws IOException {
        if (tokens != null && presented.proof().orElse(null) instanceof Proof.Bearer bearer) {
            AccessTokens.Checked checked = tokens.check(bearer.token());
            switch (checked.state()) {
                case GOOD -> {
                    return new Login.Good(checked.who(), Optional.of(checked.scopes()));
                }
                case EXPIRED -> {
                    // Not counted: this is how every client learns that it needs a new one.
                    return new Login.Bad("token expired");
                }
                case NOT_OURS -> {
                    return toTokenEndpoint(request, presented);
                }
            }
        }
        return toTokenEndpoint(request, presented);
    }

    /** Of a request for a token, where tokens of ours do not count: they would never end. */
    Login toTokenEndpoint(RegistryRequest request, Presented presented) throws IOException {
        if (!presented.any()) {
            return new Login.None();
        }
        if (presented.proof().orElse(null) instanceof Proof.Certificate certificate) {
            // Shown by the connection, whoever asked for it: one that says nothing here is no failed login.
            Optional<Identity> found = identify(certificate);
            return found.isPresent() ? new Login.Good(found, Optional.empty()) : new Login.None();
        }
        Optional<String> name = presented
                .proof()
                .flatMap(proof -> proof instanceof Proof.Password login ? Optional.of(login.name()) : Optional.empty());
        try (FailedLogins.Attempt attempt = failures.begin(request.client().network(), name)) {
            Optional<Identity> found =
                    presented.proof().isPresent() ? identify(presented.proof().get()) : Optional.empty();
            if (found.isEmpty()) {
                attempt.failed(guess(presented));
                return new Login.Bad(name.map(n -> "login of " + LogFields.shown(n) + " failed")
                        .orElse("proof of identity failed"));
            }
            return new Login.Good(found, Optional.empty());
        }
    }

    private String guess(Presented presented) {
        Proof proof = presented.proof().orElse(null);
        if (proof instanceof Proof.Password login) {
            return keyed.of("password", login.name(), login.password());
        }
        return proof instanceof Proof.Bearer bearer ? keyed.of("bearer", bearer.token()) : keyed.of("unreadable");
    }

    private Optional<Identity> identify(Proof proof) throws IOException {
        for (Authenticator authenticator : authenticators) {
            try {
                Optional<Identity> found = authenticator.identify(proof);
                if (found.isPresent()) {
                    return found;
                }
            } catch (InterruptedIOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                throw unavailable(e);
            } catch (IOException e) {
                throw unavailable(e);
            }
        }
        return Optional.empty();
    }

    private static RuntimeException unavailable(IOException e) {
        LOG.log(Level.WARNING, "logins cannot be checked now", e);
        return ErrorCode.UNAVAILABLE
                .because("the login cannot be checked now")
                .withStatus(503)
                .withRetryAfter(Duration.ofSeconds(5))
                .asException();
    }
}

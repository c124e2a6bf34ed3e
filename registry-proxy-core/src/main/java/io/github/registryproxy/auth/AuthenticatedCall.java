package io.github.registryproxy.auth;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Challenge;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request on its way to being accepted: what was tried, and what is left to try. */
final class AuthenticatedCall {
    private static final int MOST_REQUESTS = 3;
    /** A token younger than this was refused for what it may do, not for its age. */
    private static final long YOUNG = Duration.ofSeconds(10).toNanos();

    private final UpstreamAuth memory;
    private final CredentialsProvider provider;
    private final Tokens tokens;
    private final RegistryRequest request;
    private final RegistryHandler next;

    private Credentials credentials;
    private boolean renewed;
    private int requests;
    private @Nullable TokenQuestion failedQuestion;
    private @Nullable RegistryException failure;

    /** How to go on after a refusal: run when the refusal is closed, since it may take a while. */
    @FunctionalInterface
    private interface Step {
        Proof prepare() throws IOException;
    }

    AuthenticatedCall(
            UpstreamAuth memory,
            CredentialsProvider provider,
            Tokens tokens,
            RegistryRequest request,
            RegistryHandler next)
            throws IOException {
        this.memory = memory;
        this.provider = provider;
        this.tokens = tokens;
        this.request = request;
        this.next = next;
        this.credentials = provider.get();
    }

    RegistryResponse answer() throws IOException {
        Proof proof = knownProof();
        RegistryResponse response = send(proof);
        while (isRefusal(response)) {
            if (response.status() == 401 || isOutdated(proof)) {
                dropToken(proof);
            }
            if (requests == MOST_REQUESTS || !request.body().canBeOpened()) {
                return response;
            }
            Optional<Step> step;
            try {
                step = stepAfter(response, proof);
            } catch (IOException | RuntimeException e) {
                response.close();
                throw e;
            }
            if (step.isEmpty()) {
                return response;
            }
            response.close();
            proof = step.get().prepare();
            response = send(proof);
        }
        remember(proof, response.status() < 400);
        return response;
    }

    private RegistryResponse send(Proof proof) throws IOException {
        requests++;
        return next.handle(proof.on(request));
    }

    private void remember(Proof proof, boolean answered) {
        if (proof.scheme() != null) {
            memory.learn(proof.scheme());
        } else if (answered && proof.authorization() == null && memory.scheme().isEmpty()) {
            memory.learn(Scheme.OPEN);
        }
        if (proof.question() != null) {
            memory.learn(request.operation(), proof.question().scopes());
        }
    }

    private static boolean isRefusal(RegistryResponse response) {
        return response.status() == 401 || response.status() == 403;
    }

    /** What convinced the upstream before; nothing when that cannot be had: the bare request tells whether it is needed. */
    private Proof knownProof() throws IOException {
        if (credentials instanceof Credentials.Header header) {
            return Proof.header(header);
        }
        Optional<Scheme> scheme = memory.scheme();
        if (scheme.isEmpty() && !request.body().repeatable()) {
            scheme = probe();
        }
        if (scheme.isEmpty() || scheme.get().bearer().isEmpty()) {
            boolean wanted = scheme.isPresent() && scheme.get().basic();
            return wanted && credentials instanceof Credentials.Basic basic ? Proof.basic(basic) : Proof.NONE;
        }
        if (request.operation() instanceof Operation.Other) {
            return Proof.NONE;
        }
        try {
            failedQuestion = question(scheme.get(), Proof.NONE);
            return tokenProof(scheme.get(), failedQuestion);
        } catch (RegistryException e) {
            if (!request.body().repeatable()) {
                throw e;
            }
            failure = e;
            return Proof.NONE;
        }
    }

    /** A body that can be read only once is not risked on a request that is bound to be refused. */
    private Optional<Scheme> probe() throws IOException {
        requests++;
        Target ping = Target.of(new Operation.Ping());
        try (RegistryResponse response =
                next.handle(RegistryRequest.of("GET", ping, Headers.EMPTY, Body.empty(), request.client()))) {
            Optional<Scheme> found =
                    response.status() == 401 ? Scheme.preferred(challenges(response)) : Optional.of(Scheme.OPEN);
            found.ifPresent(memory::learn);
            return found;
        }
    }

    private Optional<Step> stepAfter(RegistryResponse response, Proof proof) throws IOException {
        Optional<Scheme> scheme = response.status() == 401 ? Scheme.preferred(challenges(response)) : proof.learnt();
        if (credentials instanceof Credentials.Header) {
            return renew() ? Optional.of(() -> proofFor(scheme, Proof.NONE)) : Optional.empty();
        }
        if (response.status() == 401 ? hasMoreToOffer(scheme, proof) : isOutdated(proof)) {
            return Optional.of(() -> proofFor(scheme, proof));
        }
        boolean offered = proof.authorization() != null;
        return offered && renew() ? Optional.of(() -> proofFor(scheme, Proof.NONE)) : Optional.empty();
    }

    private boolean hasMoreToOffer(Optional<Scheme> scheme, Proof proof) {
        if (scheme.isEmpty()) {
            return false;
        }
        if (scheme.get().bearer().isEmpty()) {
            return credentials instanceof Credentials.Basic && !Scheme.BASIC.equals(proof.scheme());
        }
        return proof.answer() == null
                || proof.answer().cached()
                || !question(scheme.get(), proof).equals(proof.question());
    }

    /** Rights may have been granted since the token was made. */
    private boolean isOutdated(Proof proof) {
        return proof.answer() != null
                && proof.answer().cached()
                && tokens.age(proof.answer().token()) > YOUNG;
    }

    private void dropToken(Proof proof) {
        if (proof.question() != null && proof.answer() != null) {
            tokens.drop(proof.question(), credentials, proof.answer().token());
        }
    }

    private Proof proofFor(Optional<Scheme> scheme, Proof before) throws IOException {
        if (credentials instanceof Credentials.Header header) {
            return Proof.header(header);
        }
        if (scheme.isPresent() && scheme.get().bearer().isPresent()) {
            return tokenProof(scheme.get(), question(scheme.get(), before));
        }
        return credentials instanceof Credentials.Basic basic ? Proof.basic(basic) : Proof.NONE;
    }

    private Proof tokenProof(Scheme scheme, TokenQuestion question) throws IOException {
        if (failure != null && question.equals(failedQuestion)) {
            throw failure;
        }
        try {
            return Proof.token(scheme, question, tokens.get(question, credentials));
        } catch (CredentialsRefusedException e) {
            if (!renew() || credentials instanceof Credentials.Header) {
                throw e.asRefusal();
            }
        }
        try {
            return Proof.token(scheme, question, tokens.get(question, credentials));
        } catch (CredentialsRefusedException e) {
            throw e.asRefusal();
        }
    }

    /** What to ask for after that challenge: scopes asked before at the same server are asked again. */
    private TokenQuestion question(Scheme scheme, Proof before) {
        Challenge bearer = scheme.bearer().orElseThrow();
        Realm realm = Realm.of(bearer)
                .orElseThrow(() -> ErrorCode.UNAVAILABLE
                        .because("the registry names a token server that is none")
                        .asException());
        TokenQuestion bare = new TokenQuestion(realm, bearer.parameter("service"), List.of());
        boolean again = before.question() != null && before.question().isSameServer(bare);
        var known =
                again && before.question() != null ? before.question().scopes() : memory.scopes(request.operation());
        return bare.withScopes(WantedScopes.of(request.operation(), known, bearer));
    }

    /** Whether there are other credentials than those that were refused; once per call. */
    private boolean renew() throws IOException {
        if (renewed) {
            return false;
        }
        renewed = true;
        provider.rejected(credentials);
        Credentials others = provider.get();
        boolean changed = !others.equals(credentials);
        credentials = others;
        return changed;
    }

    private static List<Challenge> challenges(RegistryResponse response) {
        return Challenge.parse(response.headers().all(HeaderNames.WWW_AUTHENTICATE));
    }
}

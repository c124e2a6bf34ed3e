package io.github.registryproxy.route;

import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.InRepository;
import io.github.registryproxy.protocol.Operation.PullManifest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks members until one has it. */
final class FirstThatHas {
    private static final Logger LOG = System.getLogger(FirstThatHas.class.getName());

    private final List<Member> members;
    private final boolean stopAtErrors;
    private final LastServed lastServed;

    FirstThatHas(List<Member> members, boolean stopAtErrors, LastServed lastServed) {
        this.members = members;
        this.stopAtErrors = stopAtErrors;
        this.lastServed = lastServed;
    }

    RegistryResponse answer(RegistryRequest request, InRepository operation) throws IOException {
        Passed told = null;
        int end = members.size();
        for (int place : order(operation)) {
            if (place >= end) {
                continue;
            }
            Member member = members.get(place);
            Passed passed;
            try {
                RegistryResponse response = member.ask(request);
                if (isAnswer(response)) {
                    lastServed.remember(operation.repository(), place);
                    return response;
                }
                passed = Passed.of(request, response);
            } catch (IOException e) {
                if (isInterrupt(e)) {
                    throw e;
                }
                passed = Passed.of(e);
            }
            if (passed.isError()) {
                LOG.log(Level.DEBUG, "passing over {0}: {1}", member.name(), passed);
                end = stopAtErrors ? Math.min(end, place) : end;
            }
            told = moreTelling(told, passed);
        }
        if (told == null) {
            throw new IllegalStateException("nobody was asked");
        }
        return told.answer();
    }

    private static Passed moreTelling(@Nullable Passed before, Passed passed) {
        return before == null || passed.weight() > before.weight() ? passed : before;
    }

    /** What has a digest is the same everywhere, so whoever served the repository last is asked first; what tags mean is not. */
    private List<Integer> order(InRepository operation) {
        List<Integer> places = new ArrayList<>();
        boolean byDigest = operation instanceof Operation.PullBlob
                || (operation instanceof PullManifest pull && pull.reference() instanceof Digest);
        if (byDigest) {
            lastServed.of(operation.repository()).ifPresent(places::add);
        }
        for (int place = 0; place < members.size(); place++) {
            if (!places.contains(place)) {
                places.add(place);
            }
        }
        return places;
    }

    /** Whether the member has it: it is here, elsewhere, unchanged, or shorter than the range that was asked for. */
    private static boolean isAnswer(RegistryResponse response) {
        return response.status() < 400 || response.status() == 416;
    }

    /** Whoever asked has gone, or this process ends: nobody else need be asked. */
    private static boolean isInterrupt(IOException failure) {
        return failure instanceof InterruptedIOException && !(failure instanceof SocketTimeoutException);
    }
}

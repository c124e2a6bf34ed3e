package io.github.registryproxy.policy;

import io.github.registryproxy.Attribute;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryError;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How one policy refuses: the audit is told, and the client gets an error. What is refused to readers is told as what is not
 * there is, word for word: so these texts name no reason.
 */
final class Refusals {
    /** Where {@link DryRun} finds out that a policy refused, whatever it asked upstream meanwhile. */
    static final Attribute<AtomicBoolean> HOLDER = Attribute.named("refused");

    static final RegistryError NO_REPOSITORY = ErrorCode.NAME_UNKNOWN.because("repository name not known to registry");
    static final RegistryError NO_MANIFEST = ErrorCode.MANIFEST_UNKNOWN.because("manifest unknown");
    static final RegistryError NO_BLOB = ErrorCode.BLOB_UNKNOWN.because("blob unknown to registry");

    private final Audit audit;
    private final String policy;

    Refusals(Audit audit, String policy) {
        this.audit = audit;
        this.policy = policy;
    }

    /** The refusal, once the audit knows of it. */
    RegistryResponse of(RegistryRequest request, String rule, RegistryError error) {
        tell(request, rule);
        return RegistryResponse.of(error);
    }

    /** What may be served and is not there is told in the words of a refusal. */
    static RegistryResponse absentAs(RegistryError error, RegistryResponse response) {
        if (response.status() != 404) {
            return response;
        }
        response.close();
        return RegistryResponse.of(error);
    }

    /** Tells the audit alone: of a request that is changed rather than refused. */
    void tell(RegistryRequest request, String rule) {
        request.get(HOLDER).ifPresent(holder -> holder.set(true));
        audit.refused(request, policy, rule);
    }

    /** What nobody knows is refused by every policy: it might be another way to what they hide. */
    RegistryResponse ofUnknown(RegistryRequest request) {
        boolean read = request.method().equals("GET") || request.isHead();
        return of(
                request,
                "an endpoint that is not known",
                read
                        ? ErrorCode.NAME_UNKNOWN.because("no such endpoint")
                        : ErrorCode.UNSUPPORTED.because("no such endpoint"));
    }
}

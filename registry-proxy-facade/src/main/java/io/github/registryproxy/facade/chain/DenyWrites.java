package io.github.registryproxy.facade.chain;

import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Access;
import io.github.registryproxy.protocol.ErrorCode;
import java.io.IOException;
import java.util.Set;

/** Refuses to change what is behind: DENIED (code-12), 403, at which clients stop to try; and what nobody knows as pull-only does. */
final class DenyWrites implements Middleware {
    private final Set<Access> denied;

    private DenyWrites(Set<Access> denied) {
        this.denied = denied;
    }

    /** Pushes and deletions. */
    static DenyWrites all() {
        return new DenyWrites(Set.of(Access.PUSH, Access.DELETE));
    }

    /** Pushes alone. */
    static DenyWrites pushes() {
        return new DenyWrites(Set.of(Access.PUSH));
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        Access access = request.operation().access();
        if (denied.contains(access)) {
            return RegistryResponse.of(ErrorCode.DENIED.because("what is here can be pulled alone"));
        }
        if (access == Access.UNKNOWN) {
            boolean reads = request.method().equals("GET") || request.isHead();
            return RegistryResponse.of(
                    reads
                            ? ErrorCode.NAME_UNKNOWN.because("no such endpoint")
                            : ErrorCode.UNSUPPORTED.because("no such endpoint"));
        }
        return next.handle(request);
    }
}

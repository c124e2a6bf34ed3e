package io.github.registryproxy.cache;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.protocol.Digest;
import java.nio.charset.StandardCharsets;

/** Who asks, as far as it matters to who may read. */
final class Readers {
    private final CacheAccess access;
    private final String upstream;

    Readers(CacheAccess access, String upstream) {
        this.access = access;
        this.upstream = upstream;
    }

    /** A hash of the credentials, of none as well; the same text for everybody where they do not matter. */
    String credential(RegistryRequest request) {
        if (access == CacheAccess.PUBLIC) {
            return "";
        }
        String text = upstream + "\n" + String.join("\n", request.headers().all(HeaderNames.AUTHORIZATION));
        return Digest.of(Digest.Algorithm.SHA256, text.getBytes(StandardCharsets.UTF_8))
                .encoded();
    }

    /** Whether the upstream need not be asked. */
    boolean mayRead(String credential, KeptManifest manifest) {
        return switch (access) {
            case PUBLIC -> true;
            case SAME_CREDENTIAL -> manifest.readers().contains(credential);
            case RECHECK -> false;
        };
    }

    /** Whether everybody gets the same answers. */
    boolean all() {
        return access == CacheAccess.PUBLIC;
    }

    /** Whether a credential that was good once is remembered. */
    boolean remembers() {
        return access == CacheAccess.SAME_CREDENTIAL;
    }
}

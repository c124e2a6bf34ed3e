package io.github.registryproxy.cache;

import io.github.registryproxy.protocol.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Set of manifest types that a request accepts: the types that registries convert between, and the wildcard. All that a client can
 * say beyond it is dropped, so that it can invent neither a cache key nor a question to the upstream.
 *
 * @param bits a bit for each of the known types, in their order, and one for the wildcard
 */
record AcceptedTypes(int bits) {
    private static final List<String> KNOWN = List.of(
            MediaType.OCI_INDEX.value(),
            MediaType.DOCKER_MANIFEST_LIST.value(),
            MediaType.OCI_MANIFEST.value(),
            MediaType.DOCKER_MANIFEST.value(),
            "application/vnd.docker.distribution.manifest.v1+prettyjws",
            "application/vnd.docker.distribution.manifest.v1+json",
            "*/*");
    private static final int IN_USE = 0b1111;
    private static final int ANY = 1 << (KNOWN.size() - 1);

    /** How many different sets there are. */
    static final int COUNT = 1 << KNOWN.size();

    /** What a record of an earlier version was answered to. */
    static final AcceptedTypes UNKNOWN = new AcceptedTypes(-1);

    /** @param types as a request names them; none stands for all */
    static AcceptedTypes of(Set<String> types) {
        if (types.isEmpty() || types.contains("application/*")) {
            return new AcceptedTypes(ANY | known(types));
        }
        return new AcceptedTypes(known(types));
    }

    private static int known(Set<String> types) {
        int bits = 0;
        for (int i = 0; i < KNOWN.size(); i++) {
            bits |= types.contains(KNOWN.get(i)) ? 1 << i : 0;
        }
        return bits;
    }

    /** The value of an Accept field that says so; empty where no type is known. */
    String header() {
        List<String> types = new ArrayList<>();
        for (int i = 0; i < KNOWN.size(); i++) {
            if ((bits & 1 << i) != 0) {
                types.add(KNOWN.get(i));
            }
        }
        return String.join(", ", types);
    }

    private boolean takes(MediaType type) {
        int place = KNOWN.indexOf(type.value());
        return (bits & ANY) != 0 || (place >= 0 && (bits & 1 << place) != 0);
    }

    /** Whether it has all types in use, so that a registry has no reason to convert what it has. */
    boolean isComplete() {
        return !equals(UNKNOWN) && (bits & IN_USE) == IN_USE;
    }

    boolean covers(AcceptedTypes other) {
        return !equals(UNKNOWN) && !other.equals(UNKNOWN) && (other.bits & ~bits) == 0;
    }

    /**
     * Whether a registry that answered this set with a document of that type answers another set with the same: it had no reason to
     * convert it, or chose it among more.
     *
     * @param taken whether the other request takes that type
     */
    boolean decides(MediaType type, AcceptedTypes other, boolean taken) {
        if (equals(UNKNOWN)) {
            return false;
        }
        return equals(other) || (taken && isComplete()) || (covers(other) && (taken || !takes(type)));
    }
}

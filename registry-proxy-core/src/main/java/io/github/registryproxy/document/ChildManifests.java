package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.registryproxy.protocol.Digest;
import java.util.ArrayList;
import java.util.List;

/** The manifests that an index, or a list of referrers, names: image specification, "Image Index". */
public final class ChildManifests {
    private ChildManifests() {}

    /** Their digests in the order of the document, at most so many; none where the bytes are no index. */
    public static List<Digest> of(byte[] json, int most) {
        List<Digest> children = new ArrayList<>();
        for (JsonNode child : Json.read(json).path("manifests")) {
            if (children.size() == most) {
                break;
            }
            Digests.of(child.path("digest")).ifPresent(children::add);
        }
        return children;
    }
}

package io.github.registryproxy.document;

import io.github.registryproxy.document.ManifestRefusedException.Reason;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** Second look at a document that the reader refused, by which callers tell garbage from what is dangerous. */
final class ManifestDoubts {
    private ManifestDoubts() {}

    /** Whether more than one kind of manifest has the fields. */
    static boolean isAmbiguous(boolean image, boolean index, boolean artifact, boolean schema1) {
        return (image ? 1 : 0) + (index ? 1 : 0) + (artifact ? 1 : 0) + (schema1 ? 1 : 0) > 1;
    }

    static ManifestRefusedException ambiguous() {
        return new ManifestRefusedException(Reason.AMBIGUOUS, "it is an image to one reader and an index to another");
    }

    /** The refusal that the whole document deserves, where its reading ended early. */
    static ManifestRefusedException of(byte[] bytes, ManifestRefusedException first) {
        if (!StrictJson.isObject(bytes)) {
            return ManifestReader.notJson();
        }
        return first.reason() == Reason.UNCLEAR && isAmbiguous(bytes) ? ambiguous() : first;
    }

    /** Whether any reader that is blind to case finds two kinds in it. */
    private static boolean isAmbiguous(byte[] bytes) {
        Set<String> found = new HashSet<>();
        try (StrictJson json = StrictJson.of(bytes)) {
            json.beginsObject();
            while (json.nextField()) {
                ManifestReader.MANIFEST.caseBlind(json.name()).ifPresent(found::add);
                json.next();
                json.skip();
            }
        } catch (IOException | ManifestRefusedException e) {
            return false;
        }
        return isAmbiguous(
                found.contains("layers") || found.contains("config"),
                found.contains("manifests"),
                found.contains("blobs"),
                found.contains("fsLayers"));
    }
}

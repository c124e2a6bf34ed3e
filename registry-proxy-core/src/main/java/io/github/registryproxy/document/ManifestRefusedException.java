package io.github.registryproxy.document;

/**
 * Refusal of a document as a manifest: two readers could understand it in two ways, or reading it would cost too much. The message
 * is a clause for clients such as {@code it has both layers and manifests}; it holds nothing of the document but known field names.
 */
public final class ManifestRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    /** Why a document is refused. */
    public enum Reason {
        /** The bytes are not one JSON object in UTF-8, of bounded depth, from the first byte to the last. */
        NOT_JSON,

        /** It is an image to one reader and an index to another (CVE-2021-41190), whatever the case of its field names. */
        AMBIGUOUS,

        /** A field name occurs twice or differs from a known one by case alone, or a known field has a value of another type. */
        UNCLEAR,

        /** It has more descriptors, fields or annotations, or a longer text, than any manifest needs. */
        TOO_LARGE
    }

    private final Reason reason;

    ManifestRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}

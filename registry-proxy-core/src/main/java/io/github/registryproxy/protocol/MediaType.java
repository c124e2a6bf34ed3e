package io.github.registryproxy.protocol;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A media type without its parameters, in lower case: image specification, "OCI Image Media Types".
 *
 * @param value {@code type/subtype}
 */
public record MediaType(String value) {
    public static final MediaType OCI_MANIFEST = new MediaType("application/vnd.oci.image.manifest.v1+json");
    public static final MediaType OCI_INDEX = new MediaType("application/vnd.oci.image.index.v1+json");
    public static final MediaType OCI_CONFIG = new MediaType("application/vnd.oci.image.config.v1+json");
    public static final MediaType OCI_LAYER_GZIP = new MediaType("application/vnd.oci.image.layer.v1.tar+gzip");
    public static final MediaType DOCKER_MANIFEST =
            new MediaType("application/vnd.docker.distribution.manifest.v2+json");
    public static final MediaType DOCKER_MANIFEST_LIST =
            new MediaType("application/vnd.docker.distribution.manifest.list.v2+json");
    public static final MediaType JSON = new MediaType("application/json");
    public static final MediaType OCTET_STREAM = new MediaType("application/octet-stream");
    public static final MediaType FORM = new MediaType("application/x-www-form-urlencoded");

    /** Registration of types, RFC 6838, section 4.2: at most 127 characters on each side. */
    private static final int LONGEST = 255;

    private static final Pattern MANIFEST_SAFE =
            Pattern.compile("application/(json|[a-z0-9][a-z0-9!#$&^_.+-]*\\+(json|prettyjws))");

    public MediaType {
        int semicolon = value.indexOf(';');
        value = (semicolon < 0 ? value : value.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    /** Whether a document of this type is JSON: {@code application/json} or the {@code +json} suffix. */
    public boolean isJson() {
        return value.equals(JSON.value) || value.endsWith("+json");
    }

    /**
     * Whether a manifest may go out or come in under this type: {@code application/json}, {@code application/…+json}, and {@code
     * application/…+prettyjws} of Docker's schema 1. A browser shows all of them as data and runs nothing in them.
     */
    public boolean isManifestSafe() {
        return isWellKnown()
                || (value.length() <= LONGEST && MANIFEST_SAFE.matcher(value).matches());
    }

    private boolean isWellKnown() {
        return equals(OCI_MANIFEST) || equals(OCI_INDEX) || equals(DOCKER_MANIFEST) || equals(DOCKER_MANIFEST_LIST);
    }

    /** Whether the document lists manifests for several platforms. */
    public boolean isIndex() {
        return equals(OCI_INDEX) || equals(DOCKER_MANIFEST_LIST);
    }

    @Override
    public String toString() {
        return value;
    }
}

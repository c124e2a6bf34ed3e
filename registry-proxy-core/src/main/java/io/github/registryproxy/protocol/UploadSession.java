package io.github.registryproxy.protocol;

/**
 * The part of an upload location after {@code /blobs/uploads/}: opaque to everybody but the registry that issued it.
 *
 * @param value one path segment of unreserved characters (RFC 3986 section 2.3), {@code =} and {@code ~}, at most 4096
 */
public record UploadSession(String value) {
    public static final int LONGEST = 4096;

    /** Refuses anything else with BLOB_UPLOAD_UNKNOWN (code-3), as a registry would that never issued it. */
    public UploadSession {
        boolean valid = !value.isEmpty()
                && value.length() <= LONGEST
                && !value.startsWith(".")
                && value.chars().allMatch(c -> Ascii.isAlnum((char) c) || "-._~=".indexOf(c) >= 0);
        if (!valid) {
            throw ErrorCode.BLOB_UPLOAD_UNKNOWN.because("no such upload").asException();
        }
    }

    @Override
    public String toString() {
        return value;
    }
}

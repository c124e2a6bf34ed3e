package io.github.registryproxy.protocol;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An error code as it stands on the wire, with the HTTP status that usually carries it.
 *
 * <p>The constants are code-1 to code-14 of the distribution specification ("Error Codes") and the few that registries
 * added to it. A code this library does not know is kept, never replaced.
 *
 * @param value upper-case letters, digits and underscores, at most 64
 * @param status the HTTP status an error with this code has unless it says otherwise, 400 to 599
 */
public record ErrorCode(String value, int status) {
    public static final ErrorCode BLOB_UNKNOWN = new ErrorCode("BLOB_UNKNOWN", 404);
    public static final ErrorCode BLOB_UPLOAD_INVALID = new ErrorCode("BLOB_UPLOAD_INVALID", 400);
    public static final ErrorCode BLOB_UPLOAD_UNKNOWN = new ErrorCode("BLOB_UPLOAD_UNKNOWN", 404);
    public static final ErrorCode DIGEST_INVALID = new ErrorCode("DIGEST_INVALID", 400);
    public static final ErrorCode MANIFEST_BLOB_UNKNOWN = new ErrorCode("MANIFEST_BLOB_UNKNOWN", 404);
    public static final ErrorCode MANIFEST_INVALID = new ErrorCode("MANIFEST_INVALID", 400);
    public static final ErrorCode MANIFEST_UNKNOWN = new ErrorCode("MANIFEST_UNKNOWN", 404);
    public static final ErrorCode NAME_INVALID = new ErrorCode("NAME_INVALID", 400);
    public static final ErrorCode NAME_UNKNOWN = new ErrorCode("NAME_UNKNOWN", 404);
    public static final ErrorCode SIZE_INVALID = new ErrorCode("SIZE_INVALID", 400);
    public static final ErrorCode UNAUTHORIZED = new ErrorCode("UNAUTHORIZED", 401);
    public static final ErrorCode DENIED = new ErrorCode("DENIED", 403);
    public static final ErrorCode UNSUPPORTED = new ErrorCode("UNSUPPORTED", 405);
    public static final ErrorCode TOOMANYREQUESTS = new ErrorCode("TOOMANYREQUESTS", 429);

    /** Not in the specification; what distribution answers to a tag outside the grammar. */
    public static final ErrorCode TAG_INVALID = new ErrorCode("TAG_INVALID", 400);

    /** Not in the specification; what distribution answers to an unusable {@code n}, and this library does not. */
    public static final ErrorCode PAGINATION_NUMBER_INVALID = new ErrorCode("PAGINATION_NUMBER_INVALID", 400);

    /** Not in the specification; no usable answer could be had from the registry behind. */
    public static final ErrorCode UNAVAILABLE = new ErrorCode("UNAVAILABLE", 502);

    /** Not in the specification; a defect on this side. */
    public static final ErrorCode UNKNOWN = new ErrorCode("UNKNOWN", 500);

    private static final Map<String, ErrorCode> KNOWN = List.of(
                    BLOB_UNKNOWN,
                    BLOB_UPLOAD_INVALID,
                    BLOB_UPLOAD_UNKNOWN,
                    DIGEST_INVALID,
                    MANIFEST_BLOB_UNKNOWN,
                    MANIFEST_INVALID,
                    MANIFEST_UNKNOWN,
                    NAME_INVALID,
                    NAME_UNKNOWN,
                    SIZE_INVALID,
                    UNAUTHORIZED,
                    DENIED,
                    UNSUPPORTED,
                    TOOMANYREQUESTS,
                    TAG_INVALID,
                    PAGINATION_NUMBER_INVALID,
                    UNAVAILABLE,
                    UNKNOWN)
            .stream()
            .collect(Collectors.toUnmodifiableMap(ErrorCode::value, Function.identity()));

    public ErrorCode {
        Objects.requireNonNull(value, "value");
        if (value.isEmpty() || value.length() > 64 || !value.chars().allMatch(ErrorCode::isCodeChar)) {
            throw new IllegalArgumentException("not an error code");
        }
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("not an error status: " + status);
        }
    }

    /** The constant with that wire value, or {@link #UNKNOWN} where the text is no code; other codes are kept as they are. */
    public static ErrorCode of(String wire) {
        ErrorCode known = KNOWN.get(wire);
        if (known != null) {
            return known;
        }
        boolean usable = !wire.isEmpty() && wire.length() <= 64 && wire.chars().allMatch(ErrorCode::isCodeChar);
        return usable ? new ErrorCode(wire, 400) : UNKNOWN;
    }

    /** An error with this code and its usual status. */
    public RegistryError because(String message) {
        return new RegistryError(this, status, message);
    }

    private static boolean isCodeChar(int c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    @Override
    public String toString() {
        return value;
    }
}

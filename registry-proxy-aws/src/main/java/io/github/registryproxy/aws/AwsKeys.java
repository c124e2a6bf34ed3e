package io.github.registryproxy.aws;

import java.io.IOException;
import java.util.Optional;

/**
 * Who signs.
 *
 * @param id the access key's, no secret
 * @param secret its secret half
 * @param session the token that belongs to temporary keys
 */
record AwsKeys(String id, String secret, Optional<String> session) {
    AwsKeys {
        if (!isWord(id) || !isWord(secret) || !session.map(AwsKeys::isWord).orElse(true)) {
            throw new IllegalArgumentException("keys are printable and without blanks");
        }
    }

    /** A place where keys may be. */
    @FunctionalInterface
    interface Source {
        /** Keys; empty where the process is not set up to get them there. */
        Optional<AwsKeys> find() throws IOException;
    }

    /** The keys of three fields that came together. */
    static AwsKeys of(String where, Optional<String> id, Optional<String> secret, Optional<String> session)
            throws IOException {
        if (id.isEmpty() || secret.isEmpty()) {
            throw new IOException(where + " has no AWS access key with its secret");
        }
        try {
            return new AwsKeys(id.get().strip(), secret.get().strip(), session.map(String::strip));
        } catch (IllegalArgumentException e) {
            throw new IOException(where + " has an AWS access key that is none");
        }
    }

    private static boolean isWord(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > 0x20 && c < 0x7f);
    }

    @Override
    public String toString() {
        return "AwsKeys[" + id + "]";
    }
}

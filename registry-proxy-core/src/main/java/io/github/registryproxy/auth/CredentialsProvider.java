package io.github.registryproxy.auth;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Where credentials come from, asked for every request: cheap, and safe for concurrent use. */
@FunctionalInterface
public interface CredentialsProvider {
    /** What to use now. */
    Credentials get() throws IOException;

    /** Told when a registry or its token server refused them; {@link #get} is asked again once, in case there are others. */
    default void rejected(Credentials credentials) {}

    /** Always these. */
    static CredentialsProvider of(Credentials credentials) {
        Objects.requireNonNull(credentials, "credentials");
        return () -> credentials;
    }

    /**
     * Those of the first provider that has some, asked in order at every request; {@link Credentials#anonymous} says that one
     * has none, and stands when none has. A provider that fails ends the search: what comes after it is another identity.
     */
    static CredentialsProvider firstOf(CredentialsProvider... providers) {
        return new FirstOfCredentials(List.of(providers));
    }

    /**
     * Basic credentials from two files, read again when one of them changes; line ends at their end do not count.
     *
     * @throws IOException when a file cannot be read, or holds no user name or password
     */
    static CredentialsProvider basicFiles(Path username, Path password) throws IOException {
        return FileCredentials.of(new WatchedFile(username), new WatchedFile(password));
    }

    /** As {@link #basicFiles}, with a user name that is no secret. */
    static CredentialsProvider basicFile(String username, Path password) throws IOException {
        return FileCredentials.of(() -> username, new WatchedFile(password));
    }
}

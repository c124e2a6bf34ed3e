package io.github.registryproxy.auth;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;

/** Basic credentials out of files. A rotation that is seen half done is used as it was before. */
final class FileCredentials implements CredentialsProvider {
    private static final System.Logger LOG = System.getLogger(FileCredentials.class.getName());

    private final Text username;
    private final Text password;
    private final AtomicBoolean said = new AtomicBoolean();
    private volatile Credentials last;

    /** A text that may change. */
    @FunctionalInterface
    interface Text {
        String text() throws IOException;

        default void forget() {}
    }

    private FileCredentials(Text username, Text password, Credentials first) {
        this.username = username;
        this.password = password;
        this.last = first;
    }

    static FileCredentials of(Text username, Text password) throws IOException {
        return new FileCredentials(username, password, read(username, password));
    }

    @Override
    public Credentials get() {
        try {
            last = read(username, password);
            said.set(false);
        } catch (IOException e) {
            if (!said.getAndSet(true)) {
                LOG.log(Level.WARNING, "credentials cannot be read again, the last ones stay in use", e);
            }
        }
        return last;
    }

    /** A change within the file system's time resolution shows nowhere else. */
    @Override
    public void rejected(Credentials credentials) {
        username.forget();
        password.forget();
    }

    private static Credentials read(Text username, Text password) throws IOException {
        String name = username.text();
        String word = password.text();
        if (name.isEmpty() || word.isEmpty()) {
            throw new IOException("an empty user name or password");
        }
        try {
            return new Credentials.Basic(name, word);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}

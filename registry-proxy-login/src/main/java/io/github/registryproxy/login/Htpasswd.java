package io.github.registryproxy.login;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.github.registryproxy.Identity;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.bcrypt.BCrypt;

/**
 * Names and bcrypt hashes in a file, as Apache's {@code htpasswd -B} writes it: one {@code name:$2y$...} a line. The file is
 * read again when it changes; one that cannot be read, or has a line that is wrong, changes nothing but the log.
 *
 * <p>A password that was right is remembered for five minutes, under a keyed hash and no longer than the file stays as it is,
 * so that a pull costs one bcrypt. An unknown name costs one as well. As with Apache, 72 bytes of a password count.
 */
public final class Htpasswd implements Authenticator {
    private static final Logger LOG = System.getLogger(Htpasswd.class.getName());
    private static final int LARGEST = 4 * 1024 * 1024;
    private static final int REMEMBERED = 10_000;
    private static final Duration MEMORY = Duration.ofMinutes(5);

    /** A salt and a hash that no password has been found for; nobody is called by it. */
    private static final String NOBODY_S = "abcdefghijklmnopqrstuu" + "0123456789012345678901234567890";

    private final Path path;
    private final KeyedHash keyed = new KeyedHash();
    private final AtomicBoolean missing = new AtomicBoolean();
    private volatile Loaded loaded;

    private record Stamp(
            FileTime modified, long size, @Nullable Object key) {}

    /** A file's content, with what is known of it: both go together. */
    private record Loaded(Stamp stamp, HtpasswdFile file, Cache<String, Boolean> right) {}

    private static final class WrongPasswordException extends Exception {
        private static final long serialVersionUID = 1;

        WrongPasswordException() {
            super("wrong password", null, false, false);
        }
    }

    private Htpasswd(Path path) throws IOException {
        this.path = path;
        this.loaded = load(path, stamp(path));
    }

    /**
     * The names in that file.
     *
     * @throws IOException when it cannot be read
     * @throws IllegalArgumentException with file, line and what is expected, when a line is wrong
     */
    public static Htpasswd of(Path file) throws IOException {
        return new Htpasswd(file);
    }

    @Override
    public Optional<Identity> identify(Proof proof) {
        if (!(proof instanceof Proof.Password login)) {
            return Optional.empty();
        }
        Loaded now = current();
        String known = now.file.hashes().get(login.name());
        String hash = known == null ? "$2a$%02d$".formatted(now.file.cost()) + NOBODY_S : known;
        boolean right = isRight(now.right, login, hash);
        return right && known != null ? Optional.of(Identity.of(login.name())) : Optional.empty();
    }

    private boolean isRight(Cache<String, Boolean> right, Proof.Password login, String hash) {
        try {
            // Those who come together wait for one bcrypt. What is wrong is an exception: it is not remembered.
            return right.get(keyed.of(login.name(), login.password(), hash), () -> check(login.password(), hash));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WrongPasswordException) {
                return false;
            }
            throw new IllegalStateException("bcrypt failed", e.getCause());
        }
    }

    private static boolean check(String password, String hash) throws WrongPasswordException {
        if (!BCrypt.checkpw(password.getBytes(StandardCharsets.UTF_8), hash)) {
            throw new WrongPasswordException();
        }
        return true;
    }

    private Loaded current() {
        Loaded before = loaded;
        Stamp stamp = null;
        try {
            stamp = stamp(path);
            missing.set(false);
            if (stamp.equals(before.stamp)) {
                return before;
            }
            Loaded fresh = load(path, stamp);
            loaded = fresh;
            return fresh;
        } catch (IOException | IllegalArgumentException e) {
            // Said once for each state of the file.
            if (stamp != null || !missing.getAndSet(true)) {
                LOG.log(
                        Level.WARNING,
                        "the password file is used as it was before: {0}",
                        String.valueOf(e.getMessage()));
            }
            if (stamp != null) {
                loaded = new Loaded(stamp, before.file, before.right);
            }
            return before;
        }
    }

    private static Stamp stamp(Path path) throws IOException {
        BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
        return new Stamp(now.lastModifiedTime(), now.size(), now.fileKey());
    }

    private static Loaded load(Path path, Stamp stamp) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] content = in.readNBytes(LARGEST + 1);
            if (content.length > LARGEST) {
                throw new IllegalArgumentException(path + ": expected a file of at most " + LARGEST + " bytes");
            }
            HtpasswdFile file = HtpasswdFile.parse(path, new String(content, StandardCharsets.UTF_8));
            Cache<String, Boolean> right = CacheBuilder.newBuilder()
                    .maximumSize(REMEMBERED)
                    .expireAfterWrite(MEMORY)
                    .build();
            return new Loaded(stamp, file, right);
        }
    }

    /** How many passwords are remembered. */
    long remembered() {
        return loaded.right.size();
    }

    @Override
    public String toString() {
        return "Htpasswd[" + Objects.toString(path) + "]";
    }
}

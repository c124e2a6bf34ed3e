package io.github.registryproxy.upstream;

import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.UploadSession;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Upload sessions of ours for upload locations of another shape or origin: the address, encrypted and bound to its
 * repository, is the session, so that no state is kept and no client sees or forges where an upload goes.
 */
final class SealedUploads {
    private static final String PREFIX = "sealed.";
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    /** With a key of 16 or 32 bytes; all instances that share clients share it. */
    SealedUploads(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
    }

    static byte[] randomKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return key;
    }

    UploadSession seal(RepositoryName repository, URI location) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] sealed = crypt(
                Cipher.ENCRYPT_MODE, nonce, repository, location.toString().getBytes(StandardCharsets.UTF_8));
        byte[] both = Arrays.copyOf(nonce, NONCE + sealed.length);
        System.arraycopy(sealed, 0, both, NONCE, sealed.length);
        return new UploadSession(
                PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(both));
    }

    /** The address behind a session; empty where the session is the registry's own. */
    Optional<URI> open(RepositoryName repository, UploadSession session) {
        if (!session.value().startsWith(PREFIX)) {
            return Optional.empty();
        }
        try {
            byte[] both = Base64.getUrlDecoder().decode(session.value().substring(PREFIX.length()));
            if (both.length <= NONCE) {
                throw unknown();
            }
            byte[] nonce = Arrays.copyOf(both, NONCE);
            byte[] plain = crypt(Cipher.DECRYPT_MODE, nonce, repository, Arrays.copyOfRange(both, NONCE, both.length));
            return Optional.of(URI.create(new String(plain, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            throw unknown();
        }
    }

    private byte[] crypt(int mode, byte[] nonce, RepositoryName repository, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(repository.value().getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            if (mode == Cipher.DECRYPT_MODE) {
                throw unknown();
            }
            throw new IllegalStateException("this Java runtime has no AES/GCM", e);
        }
    }

    private static RuntimeException unknown() {
        return ErrorCode.BLOB_UPLOAD_UNKNOWN.because("no such upload").asException();
    }
}

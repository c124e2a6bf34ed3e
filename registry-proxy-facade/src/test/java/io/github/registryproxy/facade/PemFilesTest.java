package io.github.registryproxy.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemFilesTest {
    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void a_certificate_and_its_key_are_an_identity(String algorithm) throws Exception {
        KeyTool made = KeyTool.make(dir, "own", algorithm);

        KeyStore identity = listener(made.certificate(), made.key()).identity().orElseThrow();

        assertEquals(made.parsed(), identity.getCertificate("identity"));
        assertTrue(identity.isKeyEntry("identity"));
    }

    @Test
    void the_key_of_another_certificate_is_refused() throws Exception {
        KeyTool one = KeyTool.make(dir, "one", "EC");
        KeyTool other = KeyTool.make(dir, "other", "EC");

        String refusal = refusal(one.certificate(), other.key());

        assertEquals(
                "TLS_KEY=" + other.key() + " (environment) contradicts TLS_CERT=" + one.certificate()
                        + " (environment): this is not the key of the first certificate there",
                refusal);
    }

    @Test
    void a_key_where_a_certificate_should_be_is_refused_without_its_content() throws Exception {
        KeyTool made = KeyTool.make(dir, "own", "EC");

        String refusal = refusal(made.key(), made.certificate());

        assertTrue(
                refusal.startsWith("TLS_CERT=" + made.key() + " (environment): expected a PEM file with certificates"),
                refusal);
        assertFalse(refusal.contains(Files.readAllLines(made.key()).get(2)), refusal);
    }

    @Test
    void a_file_without_pem_and_a_missing_file_are_refused() throws Exception {
        KeyTool made = KeyTool.make(dir, "own", "EC");
        Path empty = Files.writeString(dir.resolve("empty"), "");

        assertTrue(
                refusal(made.certificate(), empty).startsWith("TLS_KEY=" + empty + " (environment): expected a PEM"),
                () -> refusal(made.certificate(), empty));
        assertTrue(
                refusal(dir.resolve("none"), made.key())
                        .endsWith("expected a PEM file with certificates, and there is no file"),
                () -> refusal(dir.resolve("none"), made.key()));
        assertTrue(
                refusal(dir, made.key()).startsWith("TLS_CERT=" + dir + " (environment): expected a PEM"),
                () -> refusal(dir, made.key()));
    }

    private static String refusal(Path certificate, Path key) {
        return assertThrows(SettingException.class, () -> listener(certificate, key))
                .getMessage();
    }

    private static Listener listener(Path certificate, Path key) throws SettingException {
        Map<String, String> environment = Map.of("TLS_CERT", certificate.toString(), "TLS_KEY", key.toString());
        return Listener.of(SettingSource.environment(environment));
    }
}

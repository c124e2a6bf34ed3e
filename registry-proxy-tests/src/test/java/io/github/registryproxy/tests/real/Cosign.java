package io.github.registryproxy.tests.real;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.registryproxy.tests.real.SampleImage.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;

/** Signs images with a key, and puts the signatures where cosign puts them: of its second generation and of its third. */
final class Cosign {
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";
    private static final String PAYLOAD = "application/vnd.dev.cosign.simplesigning.v1+json";
    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";

    private final KeyPair key;

    private Cosign(KeyPair key) {
        this.key = key;
    }

    static Cosign withNewKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return new Cosign(generator.generateKeyPair());
    }

    /** The key that others check with, as {@code cosign generate-key-pair} writes it. */
    Path publicKey(Path file) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(key.getPublic().getEncoded());
        return Files.writeString(file, "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n");
    }

    /** Puts a signature of one image at the tag for another; the same, usually. */
    void signAtTag(SampleImage images, String signed, String at) throws IOException, GeneralSecurityException {
        Content payload = Content.of(PAYLOAD, """
                {"critical":{"identity":{"docker-reference":"r.example/app"},"image":{"docker-manifest-digest":"%s"},\
                "type":"cosign container image signature"},"optional":null}""".formatted(signed));
        images.pushBlob(payload);
        String annotation = Base64.getEncoder().encodeToString(sign(payload.bytes()));
        images.pushManifest(
                at.replace(':', '-') + ".sig",
                manifest(
                        images,
                        payload,
                        "\"annotations\":{\"dev.cosignproject.cosign/signature\":\"" + annotation + "\"}",
                        ""));
    }

    /** Puts a bundle among the referrers, by the tag that stands for them where a registry keeps no list. */
    void signByBundle(SampleImage images, String signed) throws IOException, GeneralSecurityException {
        String statement = """
                {"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"%s"}}],\
                "predicateType":"https://sigstore.dev/cosign/sign/v1"}""".formatted(signed.replace("sha256:", ""));
        String type = "application/vnd.in-toto+json";
        byte[] encoded = "DSSEv1 %d %s %d %s"
                .formatted(type.length(), type, statement.length(), statement)
                .getBytes(UTF_8);
        Content bundle = Content.of(BUNDLE, """
                {"mediaType":"%s","verificationMaterial":{"publicKey":{"hint":"release"}},"dsseEnvelope":\
                {"payload":"%s","payloadType":"%s","signatures":[{"sig":"%s"}]}}""".formatted(
                        BUNDLE,
                        Base64.getEncoder().encodeToString(statement.getBytes(UTF_8)),
                        type,
                        Base64.getEncoder().encodeToString(sign(encoded))));
        images.pushBlob(bundle);
        Content manifest = manifest(images, bundle, "\"annotations\":{}", ",\"artifactType\":\"" + BUNDLE + "\"");
        images.pushManifest(manifest.digest(), manifest);
        images.pushManifest(
                signed.replace(':', '-'),
                Content.of(
                        INDEX,
                        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[{%s}]}"
                                .formatted(INDEX, manifest.descriptor())));
    }

    private static Content manifest(SampleImage images, Content layer, String annotations, String fields)
            throws IOException {
        Content config = Content.of("application/vnd.oci.image.config.v1+json", "{}");
        images.pushBlob(config);
        return Content.of(
                MANIFEST,
                "{\"schemaVersion\":2,\"mediaType\":\"%s\"%s,\"config\":{%s},\"layers\":[{%s,%s}]}"
                        .formatted(MANIFEST, fields, config.descriptor(), layer.descriptor(), annotations));
    }

    private byte[] sign(byte[] content) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key.getPrivate());
        signature.update(content);
        return signature.sign();
    }
}

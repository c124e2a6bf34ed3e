import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * Entries.java DIRECTORY ENTRIES UPSTREAM REPOSITORY: writes a cache as a directory store has it on the disk, of so many blobs of a few
 * bytes and as many records of who has them, without a word to the disk to keep it. Prints the digest of the first. Of such a cache
 * `growth.py entries` finds out how long a start takes, and what hits do.
 */
final class Entries {
    private Entries() {}

    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[0]);
        int entries = Integer.parseInt(arguments[1]);
        String upstream = arguments[2];
        String repository = arguments[3];
        Files.createDirectories(root);
        Files.writeString(root.resolve("registry-proxy-store"), "registry-proxy store, format 1\n");
        Path content = Files.createDirectories(root.resolve("sha256"));
        Path records = Files.createDirectories(root.resolve("records").resolve("member"));
        for (int part = 0; part < 256; part++) {
            Files.createDirectories(content.resolve(String.format("%02x", part)));
        }
        long now = System.currentTimeMillis();
        IntStream.range(0, entries).parallel().forEach(i -> {
            try {
                byte[] blob = ("entry " + i + "\n").getBytes();
                String digest = sha256(blob);
                Path file = content.resolve(digest.substring(0, 2)).resolve(digest);
                Files.write(file, blob);
                Files.setLastModifiedTime(file, FileTime.fromMillis(now - 86_400_000L + i));
                byte[] key = key("member", upstream, repository, "sha256:" + digest, "*");
                Files.write(records.resolve(sha256(key)), record(key, new byte[] {'1'}));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        System.out.println("sha256:" + sha256("entry 0\n".getBytes()));
    }

    private static byte[] key(String kind, String... parts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeUTF(kind);
        out.writeByte(parts.length);
        for (String part : parts) {
            out.writeUTF(part);
        }
        return bytes.toByteArray();
    }

    private static byte[] record(byte[] key, byte[] value) throws IOException {
        CRC32C checksum = new CRC32C();
        checksum.update(key);
        checksum.update(value);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt((int) checksum.getValue());
        out.write(key);
        out.write(value);
        return bytes.toByteArray();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

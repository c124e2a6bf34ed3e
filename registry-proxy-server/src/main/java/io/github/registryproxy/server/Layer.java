package io.github.registryproxy.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** A layer with one executable file: a POSIX ustar archive, the same bytes each time. */
final class Layer {
    private static final int BLOCK = 512;

    private Layer() {}

    /** The archive, uncompressed: what a configuration's diff_ids name. */
    static byte[] tar(String name, byte[] executable) {
        byte[] header = new byte[BLOCK];
        text(header, 0, name);
        octal(header, 100, 8, 0755); // mode
        octal(header, 108, 8, 0); // user
        octal(header, 116, 8, 0); // group
        octal(header, 124, 12, executable.length);
        octal(header, 136, 12, 0); // modified 1970
        Arrays.fill(header, 148, 156, (byte) ' '); // the checksum counts as blanks
        header[156] = '0'; // a file
        text(header, 257, "ustar");
        text(header, 263, "00");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        octal(header, 148, 7, sum);
        int padded = (executable.length + BLOCK - 1) / BLOCK * BLOCK;
        byte[] archive = Arrays.copyOf(header, BLOCK + padded + 2 * BLOCK);
        System.arraycopy(executable, 0, archive, BLOCK, executable.length);
        return archive;
    }

    /** As a layer is stored. */
    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (OutputStream gzip = new Stored(zipped)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return zipped.toByteArray();
    }

    private static void text(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    /** Digits and a final NUL. */
    private static void octal(byte[] header, int at, int width, long value) {
        text(header, at, String.format("%0" + (width - 1) + "o", value));
        header[at + width - 1] = 0;
    }

    /** Without compression, which differs between Java versions. */
    private static final class Stored extends GZIPOutputStream {
        Stored(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.NO_COMPRESSION);
        }
    }
}

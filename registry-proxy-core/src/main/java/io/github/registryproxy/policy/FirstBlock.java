package io.github.registryproxy.policy;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * First 512 bytes of a blob, by which programs that unpack layers tell what it is: compressed data by its first bytes, and a tar
 * archive by the checksum in its first header, whatever media type a manifest states. Text that has neither cannot be unpacked.
 */
record FirstBlock(byte[] bytes) {
    static final int SIZE = 512;

    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_END = 156;

    /** Of a whole blob. */
    static FirstBlock of(byte[] content) {
        return new FirstBlock(Arrays.copyOf(content, Math.min(SIZE, content.length)));
    }

    /** Whether the blob begins as a JSON object and cannot be unpacked. */
    boolean isJsonObject() {
        return bytes.length > 0 && bytes[0] == '{' && isText();
    }

    /** Whether the blob begins as text in UTF-8 and cannot be unpacked. */
    boolean isText() {
        return hasNoControls() && isUtf8() && !isBzip2() && !isTarHeader();
    }

    private boolean hasNoControls() {
        for (byte b : bytes) {
            boolean space = b == '\t' || b == '\n' || b == '\r';
            if (b >= 0 && b < ' ' && !space) {
                return false;
            }
        }
        return true;
    }

    /** Zstandard and xz begin with bytes that UTF-8 has not. The block may end within a character. */
    private boolean isUtf8() {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        return !decoder.decode(ByteBuffer.wrap(bytes), CharBuffer.allocate(SIZE), bytes.length < SIZE)
                .isError();
    }

    /** The only compression whose first bytes are text. */
    private boolean isBzip2() {
        return bytes.length > 2 && bytes[0] == 'B' && bytes[1] == 'Z' && bytes[2] == 'h';
    }

    /** A header needs no byte that text has not: file names and octal numbers are enough. */
    private boolean isTarHeader() {
        if (bytes.length < SIZE) {
            return false;
        }
        long stated = 0;
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < SIZE; i++) {
            boolean checksum = i >= CHECKSUM && i < CHECKSUM_END;
            if (checksum && bytes[i] >= '0' && bytes[i] <= '7') {
                stated = stated * 8 + bytes[i] - '0';
            }
            unsigned += checksum ? ' ' : bytes[i] & 0xff;
            signed += checksum ? ' ' : bytes[i];
        }
        return stated == unsigned || stated == signed;
    }
}

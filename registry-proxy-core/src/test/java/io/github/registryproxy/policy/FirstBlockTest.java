package io.github.registryproxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FirstBlockTest {
    /** Beginnings of the formats that clients unpack, whatever the media type says. */
    static final Map<String, byte[]> ARCHIVES = Map.of(
            "gzip", bytes(0x1f, 0x8b, 8, 0, 0, 0, 0, 0),
            "zstd", bytes(0x28, 0xb5, 0x2f, 0xfd, '$', 'a', 'b'),
            "zstd, skippable frame", bytes(0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0),
            "xz", bytes(0xfd, '7', 'z', 'X', 'Z', 0),
            "bzip2", bytes('B', 'Z', 'h', '9', '1', 'A', 'Y', '&', 'S', 'Y'),
            "lz4", bytes(0x04, 0x22, 0x4d, 0x18),
            "lzma", bytes(0x5d, 0, 0, 0x80, 0),
            "tar", tar("etc/passwd\0", "ustar\0" + "00"),
            "tar of text alone", tar("etc/passwd", "ustar  "),
            "tar that is JSON", tarInJson());

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** A header as archive/tar of Go takes it, padded with slashes and spaces instead of zeros. */
    private static byte[] tar(String name, String magic) {
        String header = (name + "/".repeat(100)).substring(0, 100) + "0000644 " + "0000000 " + "0000000 "
                + "00000000000 " + "00000000000 " + "        " + "0" + " ".repeat(100) + magic
                + " ".repeat(255 - magic.length());
        return checked(header.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The name of the file begins a JSON object whose only text goes on to the end of the header. */
    static byte[] tarInJson() {
        byte[] header = tar("{\"", "");
        header[511] = '"';
        byte[] json = new byte[513];
        System.arraycopy(header, 0, json, 0, 512);
        json[512] = '}';
        return checked(json);
    }

    private static byte[] checked(byte[] header) {
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        }
        byte[] octal = String.format("%06o  ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(octal, 0, header, 148, 8);
        return header;
    }

    @Test
    void archive_is_neither_text_nor_json() {
        ARCHIVES.forEach((name, content) -> {
            assertFalse(FirstBlock.of(content).isText(), name);
            assertFalse(FirstBlock.of(content).isJsonObject(), name);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"a\":\"\u00e9\"}", "{\r\n\t\"a\": 1}"})
    void json_is_text(String json) {
        assertTrue(FirstBlock.of(json.getBytes(StandardCharsets.UTF_8)).isJsonObject());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SPDXVersion: SPDX-2.3\n", "<bom/>", " {}", "[]"})
    void other_text_is_not_json(String text) {
        assertTrue(FirstBlock.of(text.getBytes(StandardCharsets.UTF_8)).isText());
        assertFalse(FirstBlock.of(text.getBytes(StandardCharsets.UTF_8)).isJsonObject());
    }

    @Test
    void character_may_go_on_after_the_block_but_not_after_the_blob() {
        byte[] text = ("{" + "x".repeat(510) + "\u00e9}").getBytes(StandardCharsets.UTF_8);
        assertTrue(FirstBlock.of(text).isJsonObject());
        assertFalse(FirstBlock.of(bytes('{', 0xc3)).isText());
    }

    @Test
    void block_has_at_most_512_bytes() {
        assertEquals(512, FirstBlock.of(new byte[600]).bytes().length);
    }
}

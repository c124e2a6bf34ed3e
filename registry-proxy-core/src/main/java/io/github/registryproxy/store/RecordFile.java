package io.github.registryproxy.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** A record as it stands in a file: a checksum of all that follows it, the key, the value. */
record RecordFile(RecordKey key, byte[] value) {
    /** Nothing larger was written by us: eight parts of 512 characters and a value. */
    static final int LARGEST = RecordKey.LARGEST_RECORD + 16 * 1024;

    byte[] encoded() throws IOException {
        byte[] content = content(key, value);
        ByteArrayOutputStream file = new ByteArrayOutputStream(content.length + 4);
        DataOutputStream out = new DataOutputStream(file);
        out.writeInt(checksum(content, 0));
        out.write(content);
        return file.toByteArray();
    }

    static RecordFile decoded(byte[] file) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(file));
        if (in.readInt() != checksum(file, 4)) {
            throw new IOException("record is damaged");
        }
        String kind = in.readUTF();
        int count = in.readUnsignedByte();
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(in.readUTF());
        }
        return new RecordFile(new RecordKey(kind, parts), in.readNBytes(RecordKey.LARGEST_RECORD));
    }

    /** The key as bytes, each part with its length, so that no two keys have the same. */
    static byte[] bytes(RecordKey key) throws IOException {
        return content(key, new byte[0]);
    }

    private static byte[] content(RecordKey key, byte[] value) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream(value.length + 256);
        DataOutputStream out = new DataOutputStream(content);
        out.writeUTF(key.kind());
        out.writeByte(key.parts().size());
        for (String part : key.parts()) {
            out.writeUTF(part);
        }
        out.write(value);
        return content.toByteArray();
    }

    private static int checksum(byte[] bytes, int from) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, from, bytes.length - from);
        return (int) checksum.getValue();
    }
}

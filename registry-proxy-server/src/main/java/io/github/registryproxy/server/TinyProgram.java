package io.github.registryproxy.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A static Linux program that writes one line and exits: an ELF header, one segment, a dozen instructions, the text. It
 * makes the sample image one that runs, without a compiler and for another machine than this.
 */
enum TinyProgram {
    AMD64("amd64", 62, 33) {
        @Override
        void code(ByteBuffer out, int length) {
            out.put((byte) 0xb8).putInt(1); //                  mov eax, 1      (write)
            out.put((byte) 0xbf).putInt(1); //                  mov edi, 1      (standard output)
            out.put(new byte[] {0x48, (byte) 0x8d, 0x35}).putInt(16); // lea rsi, [rip + 16]
            out.put((byte) 0xba).putInt(length); //             mov edx, length
            out.put(new byte[] {0x0f, 0x05}); //                syscall
            out.put((byte) 0xb8).putInt(60); //                 mov eax, 60     (exit)
            out.put(new byte[] {0x31, (byte) 0xff}); //         xor edi, edi
            out.put(new byte[] {0x0f, 0x05}); //                syscall
        }
    },
    ARM64("arm64", 183, 32) {
        @Override
        void code(ByteBuffer out, int length) {
            out.putInt(0xd2800808); //                          mov x8, #64     (write)
            out.putInt(0xd2800020); //                          mov x0, #1      (standard output)
            out.putInt(0x100000c1); //                          adr x1, . + 24
            out.putInt(0xd2800002 | length << 5); //            mov x2, #length
            out.putInt(0xd4000001); //                          svc #0
            out.putInt(0xd2800ba8); //                          mov x8, #93     (exit)
            out.putInt(0xd2800000); //                          mov x0, #0
            out.putInt(0xd4000001); //                          svc #0
        }
    };

    private static final int HEADERS = 64 + 56;
    private static final long BASE = 0x400000;
    private static final int READ_AND_EXECUTE = 5;

    /** As large as any page of these machines: segments are congruent with the file modulo this. */
    private static final long PAGE = 0x10000;

    private final String architecture;
    private final int machine;
    private final int codeLength;

    TinyProgram(String architecture, int machine, int codeLength) {
        this.architecture = architecture;
        this.machine = machine;
        this.codeLength = codeLength;
    }

    /** As image configurations name it. */
    String architecture() {
        return architecture;
    }

    /** The instructions, {@code codeLength} bytes; the text follows them. */
    abstract void code(ByteBuffer out, int length);

    /** The whole file. */
    byte[] printing(String line) {
        byte[] text = (line + "\n").getBytes(StandardCharsets.UTF_8);
        int size = HEADERS + codeLength + text.length;
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16); // 64 bits, little-endian, version 1
        out.putShort((short) 2).putShort((short) machine).putInt(1); //     executable
        out.putLong(BASE + HEADERS).putLong(64).putLong(0).putInt(0); //    entry, program headers, no sections
        out.putShort((short) 64).putShort((short) 56).putShort((short) 1); // header sizes, one program header
        out.putShort((short) 64).putShort((short) 0).putShort((short) 0);
        out.putInt(1).putInt(READ_AND_EXECUTE).putLong(0); //               a segment to load: the file from its start
        out.putLong(BASE).putLong(BASE).putLong(size).putLong(size).putLong(PAGE);
        code(out, text.length);
        return out.put(text).array();
    }
}

package io.github.registryproxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BodyTest {
    private static final OptionalLong UNKNOWN = OptionalLong.empty();

    @TempDir
    private Path directory;

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    /** Hands out small pieces, and counts how often it was closed. */
    private static final class Pieces extends ByteArrayInputStream {
        private int closed;

        Pieces(byte[] content) {
            super(content);
        }

        @Override
        public synchronized int read(byte[] into, int offset, int count) {
            return super.read(into, offset, Math.min(count, 7));
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private static final class Collected implements BodySink {
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private final List<String> regions = new ArrayList<>();

        @Override
        public void write(ByteBuffer bytes) {
            byte[] chunk = new byte[bytes.remaining()];
            bytes.get(chunk);
            content.writeBytes(chunk);
        }

        @Override
        public void transfer(FileChannel file, long position, long count) throws IOException {
            regions.add(position + "+" + count);
            BodySink.super.transfer(file, position, count);
        }
    }

    private static byte[] written(Body body) throws IOException {
        Collected sink = new Collected();
        body.writeTo(sink);
        return sink.content.toByteArray();
    }

    @Test
    void an_array_and_nothing_can_be_read_again_and_again() throws IOException {
        byte[] content = bytes(100);
        for (Body body : List.of(Body.of(content), Body.empty(), Body.of(new byte[0]))) {
            assertTrue(body.repeatable());
            byte[] first = body.readAll(100);
            assertArrayEquals(first, body.readAll(100));
            assertArrayEquals(first, written(body));
            assertEquals(OptionalLong.of(first.length), body.length());
            body.close();
        }
        assertSame(Body.empty(), Body.of(new byte[0]));
    }

    @Test
    void a_stream_is_read_once_by_whatever_way() throws IOException {
        for (int way = 0; way < 4; way++) {
            Body body = Body.of(new Pieces(bytes(50)), UNKNOWN);
            assertFalse(body.repeatable());
            switch (way) {
                case 0 -> body.source();
                case 1 -> body.open();
                case 2 -> body.readAll(50);
                default -> written(body);
            }
            assertThrows(IllegalStateException.class, body::source);
            assertThrows(IllegalStateException.class, body::open);
            assertThrows(IllegalStateException.class, () -> body.readAll(50));
            assertThrows(IllegalStateException.class, () -> written(body));
        }
    }

    @Test
    void closing_a_body_closes_its_stream_read_or_not() throws IOException {
        Pieces unread = new Pieces(bytes(10));
        Body.of(unread, UNKNOWN).close();
        assertEquals(1, unread.closed);
        Pieces read = new Pieces(bytes(10));
        Body.of(read, UNKNOWN).readAll(10);
        assertEquals(1, read.closed);
        Pieces written = new Pieces(bytes(10));
        written(Body.of(written, UNKNOWN));
        assertEquals(1, written.closed);
    }

    @Test
    void a_limit_is_kept_to_the_byte_and_the_stream_closed() throws IOException {
        for (OptionalLong length : List.of(UNKNOWN, OptionalLong.of(64))) {
            assertEquals(64, Body.of(new Pieces(bytes(64)), length).readAll(64).length);
            Pieces pieces = new Pieces(bytes(64));
            Body body = Body.of(pieces, length);
            RegistryException refusal = assertThrows(RegistryException.class, () -> body.readAll(63));
            assertEquals(ErrorCode.SIZE_INVALID, refusal.error().code());
            assertEquals(413, refusal.error().status());
            body.close();
            assertTrue(pieces.closed > 0);
        }
        assertThrows(RegistryException.class, () -> Body.of(bytes(2)).readAll(1));
    }

    @Test
    void a_length_that_lies_does_not_stretch_the_limit() {
        Body body = Body.of(new Pieces(bytes(64)), OptionalLong.of(1));
        assertThrows(RegistryException.class, () -> body.readAll(63));
    }

    @Test
    void a_large_length_is_refused_before_a_byte_is_read() {
        InputStream never = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("read");
            }
        };
        Body body = Body.of(never, OptionalLong.of(Long.MAX_VALUE));
        assertThrows(RegistryException.class, () -> body.readAll(Integer.MAX_VALUE));
    }

    @Test
    void a_file_is_handed_over_as_a_region_and_can_be_read_again() throws IOException {
        byte[] content = bytes(200_000);
        Path file = Files.write(directory.resolve("blob"), content);
        Body body = Body.of(file);
        Collected sink = new Collected();
        body.writeTo(sink);
        assertEquals(List.of("0+200000"), sink.regions);
        assertArrayEquals(content, sink.content.toByteArray());
        assertTrue(body.repeatable());
        assertArrayEquals(content, body.readAll(200_000));
        assertArrayEquals(content, body.readAll(200_000));
    }

    @Test
    void a_file_that_shrinks_breaks_instead_of_ending() throws IOException {
        Path file = Files.write(directory.resolve("blob"), bytes(1000));
        Body body = Body.of(file);
        Files.write(file, bytes(999));
        assertThrows(IOException.class, () -> written(body));
    }

    @Test
    void an_empty_file_is_an_empty_body() throws IOException {
        Body body = Body.of(Files.write(directory.resolve("empty"), new byte[0]));
        assertEquals(0, written(body).length);
        assertEquals(0, body.readAll(0).length);
    }

    @Test
    void a_source_that_breaks_breaks_its_reader_and_is_closed() {
        int[] closed = new int[1];
        BodySource broken = new BodySource() {
            private int reads;

            @Override
            public ByteBuffer read() throws IOException {
                if (reads++ > 0) {
                    throw new IOException("broken off");
                }
                return ByteBuffer.wrap(new byte[] {1});
            }

            @Override
            public void close() {
                closed[0]++;
            }
        };
        assertThrows(
                IOException.class, () -> Body.of(broken, OptionalLong.of(5)).readAll(10));
        assertEquals(1, closed[0]);
    }

    @Test
    void a_stream_over_a_source_reads_as_streams_do() throws IOException {
        byte[] content = bytes(40_000);
        try (InputStream in = Body.of(new Pieces(content), UNKNOWN).open()) {
            assertEquals(content[0] & 0xff, in.read());
            byte[] some = new byte[10];
            assertEquals(0, in.read(some, 0, 0));
            ByteArrayOutputStream rest = new ByteArrayOutputStream();
            in.transferTo(rest);
            assertEquals(39_999, rest.size());
            assertEquals(-1, in.read());
            assertEquals(-1, in.read(some, 0, 10));
        }
    }

    @Test
    void a_stream_that_was_closed_fails_its_reader_and_does_not_look_ended() throws IOException {
        InputStream in = Body.of(new Pieces(bytes(100)), UNKNOWN).open();
        assertTrue(in.read() >= 0);
        in.close();
        assertThrows(IOException.class, in::read);
        InputStream array = Body.of(bytes(100)).open();
        array.close();
        assertThrows(IOException.class, array::read);
    }

    @Test
    void an_array_stays_as_it_is_whatever_a_reader_does_with_its_buffer() throws IOException {
        ByteBuffer buffer = Body.of(new byte[] {1, 2}).source().read();
        assertTrue(buffer != null && buffer.isReadOnly());
    }

    @Test
    void its_text_for_people_is_its_length() {
        assertEquals("Body[3 bytes]", Body.of(bytes(3)).toString());
        assertEquals(
                "Body[of unknown length]",
                Body.of(new Pieces(bytes(3)), UNKNOWN).toString());
    }

    @Test
    void what_can_be_opened_again_is_repeatable_and_writes_itself() throws IOException {
        byte[] content = bytes(100);
        int[] opened = {0};
        Body body = Body.of(
                () -> {
                    opened[0]++;
                    BodySource plain = new BytesSource(content);
                    return new BodySource() {
                        @Override
                        public ByteBuffer read() throws IOException {
                            return plain.read();
                        }

                        @Override
                        public void close() throws IOException {
                            plain.close();
                        }

                        @Override
                        public void writeTo(BodySink sink) throws IOException {
                            sink.write(ByteBuffer.wrap(content, 0, 50));
                        }
                    };
                },
                content.length);
        assertTrue(body.repeatable());
        assertEquals(OptionalLong.of(100), body.length());
        assertArrayEquals(content, body.readAll(100));
        assertEquals(50, written(body).length);
        assertEquals(2, opened[0]);
    }

    @Test
    void a_large_file_reaches_a_plain_sink_whole_also_after_many_sinks_failed() throws IOException {
        byte[] content = bytes(300_000);
        Path file = Files.write(directory.resolve("large"), content);
        for (int i = 0; i < 600; i++) {
            assertThrows(
                    IOException.class,
                    () -> Body.of(file).writeTo(bytes -> {
                        throw new IOException("gone");
                    }));
        }
        boolean[] direct = {false};
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        Body.of(file).writeTo(bytes -> {
            direct[0] = bytes.isDirect();
            byte[] chunk = new byte[bytes.remaining()];
            bytes.get(chunk);
            got.writeBytes(chunk);
        });
        assertArrayEquals(content, got.toByteArray());
        assertTrue(direct[0]);
    }
}

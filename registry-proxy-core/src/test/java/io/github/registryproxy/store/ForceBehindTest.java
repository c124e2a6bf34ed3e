package io.github.registryproxy.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForceBehindTest {
    @TempDir
    private Path directory;

    private final List<Runnable> handedOver = new ArrayList<>();

    private FileChannel file() throws IOException {
        return FileChannel.open(directory.resolve("file"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    @Test
    void each_step_is_brought_once_and_one_at_a_time() throws IOException {
        try (FileChannel file = file()) {
            ForceBehind behind = new ForceBehind(file, handedOver::add, 100);
            behind.written(100 + ForceBehind.STEP - 1);
            assertEquals(0, handedOver.size());
            behind.written(100 + ForceBehind.STEP);
            behind.written(100 + ForceBehind.STEP);
            behind.written(100 + 3 * ForceBehind.STEP);
            assertEquals(1, handedOver.size());
            handedOver.get(0).run();
            behind.written(100 + 3 * ForceBehind.STEP);
            assertEquals(2, handedOver.size());
        }
    }

    @Test
    void a_writer_needs_no_thread_to_bring_it() throws IOException {
        try (FileChannel file = file()) {
            int[] asked = {0};
            ForceBehind behind = new ForceBehind(
                    file,
                    work -> {
                        asked[0]++;
                        throw new OutOfMemoryError("no native thread");
                    },
                    0);
            behind.written(ForceBehind.STEP);
            behind.written(2 * ForceBehind.STEP);
            assertEquals(2, asked[0]);
        }
    }

    @Test
    void what_cannot_be_brought_is_left_to_whoever_must_know() throws IOException {
        FileChannel file = file();
        ForceBehind behind = new ForceBehind(file, Runnable::run, 0);
        file.close();
        behind.written(ForceBehind.STEP);
        behind.written(2 * ForceBehind.STEP);
    }
}

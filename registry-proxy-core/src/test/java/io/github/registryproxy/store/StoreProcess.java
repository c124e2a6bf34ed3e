package io.github.registryproxy.store;

import io.github.registryproxy.ContentMismatchException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What other processes do to a directory: open it and say so, or work in it until they are killed. */
final class StoreProcess {
    static final long CAPACITY = 8L * 1024 * 1024;
    static final int SAMPLES = 24;
    static final String OPEN = "open";
    static final String REFUSED = "refused: ";

    private StoreProcess() {}

    static Sample sample(int i) {
        return Sample.of(i, i == 0 ? 0 : 1 + i * 60_000);
    }

    static RecordKey key(int i) {
        return RecordKey.of("tag", "number", Integer.toString(i));
    }

    /** A record that shows whether it is whole. */
    static byte[] record(Random random) {
        byte[] value = new byte[1 + random.nextInt(30_000)];
        Arrays.fill(value, (byte) value.length);
        return value;
    }

    static boolean isWhole(byte[] value) {
        byte[] wanted = new byte[value.length];
        Arrays.fill(wanted, (byte) value.length);
        return Arrays.equals(wanted, value);
    }

    static Process start(Path directory, String what, long seed) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreProcess.class.getName(),
                        directory.toString(),
                        what,
                        Long.toString(seed)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Arguments: directory, "hold" or "work", seed. Ends when its input does, at the latest. */
    public static void main(String[] arguments) throws IOException {
        DirectoryStore store;
        try {
            store = DirectoryStore.open(Path.of(arguments[0]), CAPACITY, Clock.systemUTC());
        } catch (IOException e) {
            System.out.println(REFUSED + e.getMessage());
            return;
        }
        System.out.println(OPEN);
        if (arguments[1].equals("hold")) {
            while (System.in.read() >= 0) {
                continue; // until the parent closes it, or ends
            }
            store.close();
            return;
        }
        Stream.of(1, 2).forEach(thread -> {
            Thread worker = new Thread(() -> work(store, new Random(Long.parseLong(arguments[2]) + thread)));
            worker.setDaemon(true);
            worker.start();
        });
        while (System.in.read() >= 0) {
            continue;
        }
    }

    private static void work(DirectoryStore store, Random random) {
        for (int i = 0; i < 100_000; i++) {
            try {
                step(store, random, sample(random.nextInt(SAMPLES)));
            } catch (IOException refused) {
                if (refused instanceof ContentMismatchException) {
                    System.out.println("MISMATCH " + refused);
                }
            }
            System.out.println(i);
        }
    }

    private static void step(DirectoryStore store, Random random, Sample sample) throws IOException {
        switch (random.nextInt(8)) {
            case 0 -> store.putRecord(key(random.nextInt(20)), record(random));
            case 1 -> store.delete(sample.digest());
            default -> {
                try (Staging staging = store.stage(sample.digest())) {
                    int at = (int) staging.size();
                    boolean ahead = random.nextBoolean();
                    while (at < sample.bytes().length) {
                        int n = Math.min(50_000, sample.bytes().length - at);
                        if (ahead) {
                            ahead((AheadStaging) staging, sample, at, n);
                        } else {
                            staging.append(sample.region(at, n));
                        }
                        at += n;
                        if (random.nextInt(40) == 0) {
                            return; // leaves it
                        }
                    }
                    staging.commit();
                }
            }
        }
    }

    /** The second half first. */
    private static void ahead(AheadStaging staging, Sample sample, int at, int length) throws IOException {
        int half = length / 2;
        staging.write(at + half, sample.region(at + half, length - half));
        staging.write(at, sample.region(at, half));
        staging.reach(at + length);
    }
}

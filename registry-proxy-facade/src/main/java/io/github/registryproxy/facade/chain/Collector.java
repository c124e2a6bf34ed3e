package io.github.registryproxy.facade.chain;

import io.github.registryproxy.facade.model.Hosting;
import io.github.registryproxy.hosted.Collected;
import io.github.registryproxy.hosted.GarbageCollector;
import io.github.registryproxy.hosted.HostedStore;
import io.github.registryproxy.internal.Tasks;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Deletes what nobody needs, now and then in a thread of its own, and when it is told to. */
final class Collector implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Collector.class.getName());

    private final GarbageCollector collector;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Tasks.daemons("garbage-collection"));

    private Collector(GarbageCollector collector) {
        this.collector = collector;
    }

    static Collector start(HostedStore store, Hosting.Collection said) {
        Collector collector = new Collector(collector(store, said));
        said.every()
                .ifPresent(every -> collector.thread.scheduleWithFixedDelay(
                        Tasks.guarded("garbage collection", collector::runQuietly),
                        every.toSeconds(),
                        every.toSeconds(),
                        TimeUnit.SECONDS));
        return collector;
    }

    /** One that is told to, also where nothing is served. */
    static GarbageCollector collector(HostedStore store, Hosting.Collection said) {
        GarbageCollector.Builder builder =
                GarbageCollector.builder(store).grace(said.grace()).uploadsAfter(said.uploadsAfter());
        said.untaggedAfter().ifPresent(builder::untaggedAfter);
        return builder.build();
    }

    private void runQuietly() {
        try {
            Collected collected = collector.run();
            if (!collected.equals(new Collected(0, 0, 0, 0, 0))) {
                LOG.log(
                        Level.INFO,
                        "collected {0} contents of {1} bytes, {2} manifests, {3} uploads",
                        collected.contents(),
                        collected.bytes(),
                        collected.manifests(),
                        collected.uploads());
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "nothing was collected: {0}", e.toString());
        }
    }

    /** Now, in the calling thread. */
    Collected run() throws IOException {
        return collector.run();
    }

    /** What runs is not waited for; a collection that is cut off has done a part. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}

package io.github.registryproxy.facade;

import io.github.registryproxy.facade.chain.RunningSite;
import io.github.registryproxy.facade.model.Hosting;
import io.github.registryproxy.facade.model.Keeping;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.hosted.Checked;
import io.github.registryproxy.hosted.Collected;
import io.github.registryproxy.hosted.GarbageCollector;
import io.github.registryproxy.hosted.HostedStore;
import io.github.registryproxy.hosted.Usage;
import io.github.registryproxy.store.Progress;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What an operator does to images of one's own: of a site that runs, by {@link Facade#hosted()}, or of a directory that no site
 * uses, by {@link #open}.
 */
public final class HostedOperations implements Closeable {
    private final HostedStore store;
    private final Collecting collecting;
    private final boolean own;

    @FunctionalInterface
    private interface Collecting {
        Collected run() throws IOException;
    }

    private HostedOperations(HostedStore store, Collecting collecting, boolean own) {
        this.store = store;
        this.collecting = collecting;
        this.own = own;
    }

    /** Those of a site that runs; empty where there are none. */
    static Optional<HostedOperations> of(RunningSite site) {
        return site.hosted()
                .map(store -> new HostedOperations(
                        store,
                        () -> site.collect().orElseThrow(() -> new IOException("images are hosted no longer")),
                        false));
    }

    /**
     * The directory that a file's {@code store.directory} leads to.
     *
     * @throws SettingException when the file hosts nothing, or nothing was ever hosted there
     */
    public static Path directory(SiteConfiguration configuration) throws SettingException {
        Keeping keeping = keeping(configuration.site());
        Path directory = keeping.hosted().orElseThrow();
        try {
            if (Files.isDirectory(directory)) {
                return directory.toRealPath();
            }
        } catch (IOException e) {
            throw new SettingException(keeping.said() + ": expected a directory that can be read");
        }
        throw new SettingException(keeping.said() + ": expected a directory with images, and there is none");
    }

    private static Keeping keeping(Site site) throws SettingException {
        return site.keeping()
                .filter(keeping -> keeping.hosted().isPresent())
                .orElseThrow(() -> new SettingException("hosted: expected in the file, which hosts nothing"));
    }

    /**
     * The images that the file hosts, while no site uses them. To be closed.
     *
     * @throws SettingException when the file hosts nothing
     * @throws IOException when they cannot be used: its message is for the operator
     */
    public static HostedOperations open(SiteConfiguration configuration) throws SettingException, IOException {
        HostedStore store = HostedStore.open(directory(configuration));
        Hosting.Collection said = configuration.site().hosting().orElseThrow().collection();
        GarbageCollector.Builder collector =
                GarbageCollector.builder(store).grace(said.grace()).uploadsAfter(said.uploadsAfter());
        said.untaggedAfter().ifPresent(collector::untaggedAfter);
        return new HostedOperations(store, collector.build()::run, true);
    }

    /** Where they are. */
    public Path directory() {
        return store.directory();
    }

    /** How much there is. */
    public Usage usage() throws IOException {
        return store.usage();
    }

    /** How many blobs and manifests are damaged, and not served until they are pushed again. */
    public long damaged() {
        return store.damaged();
    }

    /** Deletes what nobody needs, as the file says, now. */
    public Collected collect() throws IOException {
        return collecting.run();
    }

    /** As {@link HostedStore#check}. */
    public Checked check(Progress progress) throws IOException {
        return store.check(progress);
    }

    /** Lets go of the directory that {@link #open} took; what a running site uses stays open when the site's is closed. */
    @Override
    public void close() throws IOException {
        if (own) {
            store.close();
        }
    }
}

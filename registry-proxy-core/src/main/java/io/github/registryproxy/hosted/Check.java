package io.github.registryproxy.hosted;

import io.github.registryproxy.BodySource;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.store.DamagedContentException;
import io.github.registryproxy.store.Progress;
import io.github.registryproxy.store.StoredContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One reading of everything. */
final class Check {
    private static final int MOST_PROBLEMS = 1000;

    private final HostedStore store;
    private final Progress progress;
    private final List<String> problems = new ArrayList<>();
    private long bytes;
    private long total;

    Check(HostedStore store, Progress progress) {
        this.store = store;
        this.progress = progress;
    }

    Checked run() throws IOException {
        List<Digest> digests = store.content().digests();
        total = store.content().bytes();
        long entries = 0;
        long orphans = 0;
        for (Digest digest : digests) {
            Optional<StoredContent> content = store.content().open(digest);
            if (content.isEmpty() && !store.content().isSetAside(digest)) {
                continue; // collected meanwhile
            }
            entries++;
            orphans += store.references().has(digest) ? 0 : 1;
            if (content.isPresent()) {
                check(digest, content.get());
            }
        }
        for (Digest digest : store.content().setAside()) {
            if (!store.references().has(digest)) {
                problem("content " + digest + " does not hash to its digest: push it again");
            }
        }
        for (Repository repository : store.repositories()) {
            check(repository);
        }
        return new Checked(entries, bytes, orphans, problems);
    }

    private void check(Digest digest, StoredContent content) throws IOException {
        try (content) {
            if (!read(digest, content)) {
                store.content().reject(digest);
            }
        } catch (DamagedContentException e) {
            return; // the store has set it aside
        }
    }

    private boolean read(Digest digest, StoredContent stored) throws IOException {
        MessageDigest computation = digest.algorithm().start();
        try (BodySource source = stored.body(0, stored.size()).source()) {
            for (ByteBuffer read = source.read(); read != null; read = source.read()) {
                bytes += read.remaining();
                computation.update(read);
                progress.reached(Math.min(bytes, total), total);
            }
        }
        return Digest.of(digest.algorithm(), computation).equals(digest);
    }

    /** Under its lock, so that nothing comes or goes between two looks. */
    private void check(Repository repository) throws IOException {
        repository.lock().lock();
        try {
            if (repository.damaged() > 0) {
                problem(repository.name() + " has lost " + repository.damaged() + " changes: its journal is damaged");
            }
            for (Digest digest : repository.blobs().keySet()) {
                present(repository, "blob", digest);
            }
            for (Map.Entry<Digest, StoredManifest> entry :
                    repository.manifests().entrySet()) {
                present(repository, "manifest", entry.getKey());
            }
            repository.tags().forEach((tag, digest) -> {
                if (!repository.manifests().containsKey(digest)) {
                    problem("the tag " + tag + " of " + repository.name() + " stands for " + digest
                            + ", which is not there");
                }
            });
        } finally {
            repository.lock().unlock();
        }
    }

    private void present(Repository repository, String what, Digest digest) throws IOException {
        if (store.content().size(digest).isEmpty()) {
            String state = store.content().isSetAside(digest) ? "does not hash to its digest" : "is lost";
            problem("the " + what + " " + digest + " of " + repository.name() + " " + state + ": push it again");
        }
    }

    private void problem(String text) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(text);
        }
    }
}

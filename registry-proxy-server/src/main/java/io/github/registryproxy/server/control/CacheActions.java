package io.github.registryproxy.server.control;

import io.github.registryproxy.cache.Purged;
import io.github.registryproxy.facade.CacheOperations;
import io.github.registryproxy.facade.CacheStatus;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.store.Progress;
import io.github.registryproxy.store.Scrubbed;
import java.io.IOException;

/** Does what is asked to a cache, in this process, and says what came of it. */
public final class CacheActions implements ControlActions {
    private final CacheOperations cache;
    private final boolean serving;

    /**
     * Does it to that cache.
     *
     * @param serving whether a proxy serves from it
     */
    public CacheActions(CacheOperations cache, boolean serving) {
        this.cache = cache;
        this.serving = serving;
    }

    @Override
    public int run(ControlRequest request, ControlReply reply) throws IOException {
        try {
            if (request instanceof ControlRequest.Status) {
                status(reply);
            } else if (request instanceof ControlRequest.Scrub) {
                return scrub(reply);
            } else if (request instanceof ControlRequest.PurgeRepository purge) {
                Purged purged = cache.purge(purge.repository(), entries(reply));
                said(reply, cache.upstreamName(purge.repository()).value(), purged);
            } else if (request instanceof ControlRequest.PurgeTag purge) {
                Purged purged = cache.purge(purge.repository(), purge.tag());
                said(reply, cache.upstreamName(purge.repository()) + ":" + purge.tag(), purged);
            } else if (request instanceof ControlRequest.PurgeDigest purge) {
                said(reply, purge.digest().toString(), cache.purge(purge.digest(), entries(reply)));
            } else if (request instanceof ControlRequest.ForgetMissingTags) {
                forgetMissingTags(reply);
            } else {
                return ControlActions.unknown(reply);
            }
            return DONE;
        } catch (RegistryException e) {
            reply.fail("no such name at the registry behind: " + e.getMessage());
            return FAILED;
        }
    }

    private void status(ControlReply reply) throws IOException {
        CacheStatus status = cache.status();
        reply.say("server: " + (serving ? "running" : "not running"));
        String more = status.reading() ? " so far, the directory is being read" : "";
        reply.say("entries: " + status.entries() + more);
        reply.say("content: " + Amount.of(status.bytes()) + more);
        if (status.capacity().isPresent()) {
            reply.say("capacity: " + Amount.of(status.capacity().getAsLong()));
        }
        reply.say("unfinished: " + Amount.of(status.unfinishedBytes()));
        if (serving) {
            reply.say("evicted: " + status.evicted());
            reply.say("upstream: " + (status.upstreamAway() ? "away" : "asked"));
        }
    }

    private int scrub(ControlReply reply) throws IOException {
        Progress progress =
                (done, total) -> reply.progress("read " + Amount.human(done) + " of " + Amount.human(total));
        try {
            Scrubbed scrubbed = cache.scrub(progress, digest -> said(reply, digest + " was damaged and is gone"));
            reply.say("scrubbed " + scrubbed.entries() + " entries, " + Amount.of(scrubbed.bytes()) + ": "
                    + scrubbed.damaged() + " damaged");
            return scrubbed.damaged() == 0 ? DONE : FAILED;
        } catch (UnheardException e) {
            throw e.unheard;
        }
    }

    /** A consumer throws no IOException. */
    private static final class UnheardException extends RuntimeException {
        private static final long serialVersionUID = 1;

        final transient IOException unheard;

        UnheardException(IOException unheard) {
            super(unheard);
            this.unheard = unheard;
        }
    }

    private static void said(ControlReply reply, String line) {
        try {
            reply.say(line);
        } catch (IOException e) {
            throw new UnheardException(e);
        }
    }

    private void forgetMissingTags(ControlReply reply) throws IOException {
        cache.forgetMissingTags();
        reply.say(
                serving
                        ? "missing tags are asked for again"
                        : "nothing to do: only a running server knows missing tags");
    }

    private static Progress entries(ControlReply reply) {
        return (done, total) -> reply.progress("purged " + done + " of " + total + " records and entries");
    }

    private static void said(ControlReply reply, String what, Purged purged) throws IOException {
        if (purged.equals(new Purged(0, 0, 0, 0))) {
            reply.say("nothing was kept of " + what);
            return;
        }
        reply.say("purged " + what + ": " + purged.tags() + " tags, " + purged.memberships()
                + " manifests and blobs, of which " + purged.contents() + " were no other repository's: "
                + Amount.of(purged.bytes()));
    }
}

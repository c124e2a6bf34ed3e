package io.github.registryproxy.server.control;

import io.github.registryproxy.facade.HostedOperations;
import io.github.registryproxy.hosted.Checked;
import io.github.registryproxy.hosted.Collected;
import io.github.registryproxy.hosted.Usage;
import java.io.IOException;

/** Does what is asked to images of one's own. */
public final class HostedActions implements ControlActions {
    private final HostedOperations hosted;
    private final boolean serving;

    /**
     * Does it to these images.
     *
     * @param serving whether a site serves them
     */
    public HostedActions(HostedOperations hosted, boolean serving) {
        this.hosted = hosted;
        this.serving = serving;
    }

    @Override
    public int run(ControlRequest request, ControlReply reply) throws IOException {
        if (request instanceof ControlRequest.HostedStatus) {
            return status(reply);
        }
        if (request instanceof ControlRequest.Collect) {
            return collect(reply);
        }
        return request instanceof ControlRequest.Check ? check(reply) : ControlActions.unknown(reply);
    }

    private int status(ControlReply reply) throws IOException {
        Usage usage = hosted.usage();
        reply.say("server: " + (serving ? "running" : "not running"));
        reply.say("repositories: " + usage.repositories());
        reply.say("tags: " + usage.tags());
        reply.say("manifests: " + usage.manifests());
        reply.say("entries: " + usage.entries());
        reply.say("content: " + Amount.of(usage.bytes()));
        reply.say("uploads: " + Amount.of(usage.uploads()));
        reply.say("damaged: " + hosted.damaged());
        return DONE;
    }

    private int collect(ControlReply reply) throws IOException {
        Collected collected = hosted.collect();
        reply.say("collected " + collected.contents() + " contents, " + Amount.of(collected.bytes()) + ": "
                + collected.manifests() + " manifests, " + collected.blobs() + " blobs, " + collected.uploads()
                + " uploads");
        return DONE;
    }

    private int check(ControlReply reply) throws IOException {
        Checked checked = hosted.check(
                (done, total) -> reply.progress("read " + Amount.human(done) + " of " + Amount.human(total)));
        for (String problem : checked.problems()) {
            reply.say(problem);
        }
        reply.say("checked " + checked.entries() + " entries, " + Amount.of(checked.bytes()) + ": "
                + checked.problems().size() + " problems");
        return checked.isClean() ? DONE : FAILED;
    }
}

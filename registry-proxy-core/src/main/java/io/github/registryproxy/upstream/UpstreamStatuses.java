package io.github.registryproxy.upstream;

import static java.util.Map.entry;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Set;

/**
 * Closed table of the statuses that mean something in an upstream's answer to each operation. Any other status is a failure of
 * the upstream: 502, with the status in the message and the body closed.
 *
 * <p>The links outside this one compare exact statuses and need no idea of what an unlisted one could mean. Errors (4xx and 5xx)
 * are answers to all operations, but for 416, which answers a range alone. For the same reason a range is asked of a blob alone.
 */
final class UpstreamStatuses implements Middleware {
    private static final Logger LOG = System.getLogger(UpstreamStatuses.class.getName());

    /** What completes an operation, as the distribution specification says; 204 to a push is Docker's description of the same. */
    private static final Map<Class<? extends Operation>, Set<Integer>> SUCCESS = Map.ofEntries(
            entry(Operation.Ping.class, Set.of(200)),
            entry(Operation.PullBlob.class, Set.of(200)),
            entry(Operation.PullManifest.class, Set.of(200)),
            entry(Operation.ListTags.class, Set.of(200)),
            entry(Operation.ListReferrers.class, Set.of(200)),
            entry(Operation.Catalog.class, Set.of(200)),
            entry(Operation.StartUpload.class, Set.of(202)),
            entry(Operation.PushBlob.class, Set.of(201, 202)),
            entry(Operation.MountBlob.class, Set.of(201, 202)),
            entry(Operation.PushChunk.class, Set.of(202, 204)),
            entry(Operation.UploadStatus.class, Set.of(204)),
            entry(Operation.FinishUpload.class, Set.of(201, 204)),
            entry(Operation.CancelUpload.class, Set.of(200, 202, 204)),
            // 202 is what Quay answered for years.
            entry(Operation.PushManifest.class, Set.of(201, 202)),
            entry(Operation.DeleteManifest.class, Set.of(200, 202, 204)),
            entry(Operation.DeleteBlob.class, Set.of(200, 202, 204)),
            // No upstream is asked for these.
            entry(Operation.Token.class, Set.of()),
            entry(Operation.Malformed.class, Set.of()),
            entry(Operation.Other.class, Set.of()));

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        RegistryRequest asked = mayAskRange(request)
                ? request
                : request.withHeaders(headers -> headers.without(HeaderNames.RANGE, HeaderNames.IF_RANGE));
        RegistryResponse response = next.handle(asked);
        if (means(asked, response)) {
            return response;
        }
        response.close();
        throw unlisted(asked, response.status());
    }

    /** Whether the table lists the answer's status for the request. */
    static boolean means(RegistryRequest request, RegistryResponse response) {
        return switch (response.status()) {
            case 206 -> isGet(request) && request.headers().contains(HeaderNames.RANGE);
            case 304 -> isRead(request) && isConditional(request);
            case 416 -> request.headers().contains(HeaderNames.RANGE) || takesChunks(request.operation());
            default ->
                response.isRedirect()
                        ? isGet(request) && request.operation() instanceof Operation.PullBlob
                        : response.status() >= 400
                                || SUCCESS.getOrDefault(request.operation().getClass(), Set.of())
                                        .contains(response.status());
        };
    }

    /** Whether the table has a row for an operation. */
    static boolean decides(Class<?> operation) {
        return SUCCESS.containsKey(operation);
    }

    private static boolean mayAskRange(RegistryRequest request) {
        return isGet(request) && request.operation() instanceof Operation.PullBlob;
    }

    private static boolean isGet(RegistryRequest request) {
        return request.method().equals("GET");
    }

    private static boolean isRead(RegistryRequest request) {
        return isGet(request) || request.isHead();
    }

    private static boolean isConditional(RegistryRequest request) {
        return request.headers().contains(HeaderNames.IF_NONE_MATCH)
                || request.headers().contains("If-Modified-Since");
    }

    /** A chunk out of order is answered by 416. */
    private static boolean takesChunks(Operation operation) {
        return operation instanceof Operation.PushChunk || operation instanceof Operation.FinishUpload;
    }

    private static RegistryException unlisted(RegistryRequest request, int status) {
        LOG.log(Level.WARNING, "UPSTREAM {0}: the registry answered {1}, which means nothing here", request, status);
        return ErrorCode.UNAVAILABLE
                .because("the upstream registry answered " + status + " to " + request.method() + " of "
                        + name(request.operation()))
                .asException();
    }

    private static String name(Operation operation) {
        if (operation instanceof Operation.PullBlob) {
            return "a blob";
        }
        return operation instanceof Operation.PullManifest
                ? "a manifest"
                : operation.getClass().getSimpleName();
    }
}

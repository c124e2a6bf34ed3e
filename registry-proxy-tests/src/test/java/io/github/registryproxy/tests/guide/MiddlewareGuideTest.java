package io.github.registryproxy.tests.guide;

import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation.InRepository;
import io.github.registryproxy.testing.Transcript;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class MiddlewareGuideTest {
    // region own
    /** Hides what is internal, exactly as if it did not exist. */
    static final class HideInternal implements Middleware {
        @Override
        public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
            if (request.operation() instanceof InRepository in
                    && in.repository().value().startsWith("internal/")) {
                return RegistryResponse.of(ErrorCode.NAME_UNKNOWN.because("repository name not known to registry"));
            }
            return next.handle(request);
        }
    }
    // endregion

    @Test
    void the_guide_s_middleware_hides_what_is_internal() {
        Transcript.parse(
                        "guide",
                        // region transcript
                        """
                        client   > GET /v2/internal/app/tags/list
                        upstream > (nothing)
                        client   < 404

                        client   > GET /v2/app/tags/list
                        upstream > GET /v2/app/tags/list
                        upstream < 200
                        client   < 200
                        """
                        // endregion
                        )
                .run(upstream -> RegistryProxy.builder()
                        .use(new HideInternal())
                        .upstream(upstream)
                        .build());
    }
}

package io.github.registryproxy.tests.transcripts;

import io.github.registryproxy.testing.Transcript;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

class InMemoryTranscriptsTest {
    @TestFactory
    Stream<DynamicNode> the_middlewares_do_in_memory_what_their_transcripts_say() {
        return MiddlewareTranscripts.all(Transcript::run);
    }
}

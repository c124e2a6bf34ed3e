package io.github.registryproxy.tests.transcripts;

import io.github.registryproxy.tests.servlet.TomcatContainer;

class TomcatTranscriptsTest extends ContainerTranscripts {
    TomcatTranscriptsTest() {
        super(TomcatContainer::start);
    }
}

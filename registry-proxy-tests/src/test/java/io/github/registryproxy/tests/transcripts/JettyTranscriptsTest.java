package io.github.registryproxy.tests.transcripts;

import io.github.registryproxy.tests.servlet.JettyContainer;

class JettyTranscriptsTest extends ContainerTranscripts {
    JettyTranscriptsTest() {
        super(JettyContainer::start);
    }
}

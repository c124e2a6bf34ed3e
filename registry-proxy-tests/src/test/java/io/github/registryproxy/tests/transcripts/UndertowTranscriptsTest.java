package io.github.registryproxy.tests.transcripts;

import io.github.registryproxy.tests.servlet.UndertowContainer;

class UndertowTranscriptsTest extends ContainerTranscripts {
    UndertowTranscriptsTest() {
        super(UndertowContainer::start);
    }
}

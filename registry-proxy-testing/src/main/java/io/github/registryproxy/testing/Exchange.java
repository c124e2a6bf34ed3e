package io.github.registryproxy.testing;

import java.util.List;

/**
 * What one client request causes.
 *
 * @param calls what the upstream is asked and answers, in order
 */
record Exchange(Message request, List<Call> calls, Message answer) {
    record Call(Message request, Message answer) {}

    Exchange {
        calls = List.copyOf(calls);
    }
}

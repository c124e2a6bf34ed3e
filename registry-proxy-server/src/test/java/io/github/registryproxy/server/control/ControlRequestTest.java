package io.github.registryproxy.server.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlRequestTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "scrub",
                "purge-repository team/app",
                "purge-tag team/app 1.0",
                "purge-digest sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "forget-missing-tags"
            })
    void a_request_is_read_as_it_is_written(String line) {
        assertEquals(line, ControlRequest.parse(line).orElseThrow().line());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "statu",
                "status ",
                "status now",
                "purge-repository",
                "purge-repository ../etc",
                "purge-repository app more",
                "purge-tag app",
                "purge-tag app 1.0 2.0",
                "purge-tag app /",
                "purge-digest sha256:12",
                "scrub\r"
            })
    void what_is_not_exactly_a_request_is_none(String line) {
        assertEquals(Optional.empty(), ControlRequest.parse(line));
    }
}

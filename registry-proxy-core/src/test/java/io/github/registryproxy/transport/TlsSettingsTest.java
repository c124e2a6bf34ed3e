package io.github.registryproxy.transport;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsSettingsTest {
    @Test
    void a_lazy_context_is_made_once() throws Exception {
        Supplier<SSLContext> context = TlsSettings.defaults().toLazyContext();

        assertSame(context.get(), context.get());
    }

    @Test
    void files_are_complained_about_at_once(@TempDir Path empty) {
        TlsSettings missing = TlsSettings.defaults().alsoTrusting(empty.resolve("missing.pem"));

        assertThrows(IOException.class, missing::toLazyContext);
    }
}

package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** nginx that ends TLS before a registry, as most private registries have it. */
final class TlsFront {
    private final int port = Stage.freePort();

    TlsFront(Stage stage, TestCa.Certificate certificate, DockerRegistry registry)
            throws IOException, InterruptedException {
        Path directory = stage.directory("nginx");
        Path settings = directory.resolve("nginx.conf");
        Files.writeString(
                settings, """
                daemon off;
                user root;
                worker_processes 1;
                pid %1$s/nginx.pid;
                error_log stderr;
                events {}
                http {
                  access_log off;
                  client_body_temp_path %1$s/body;
                  proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi;
                  scgi_temp_path %1$s/scgi;
                  client_max_body_size 0;
                  server {
                    listen 127.0.0.1:%2$d ssl;
                    ssl_certificate %3$s;
                    ssl_certificate_key %4$s;
                    location / {
                      proxy_pass %5$s;
                      proxy_set_header Host $http_host;
                      proxy_set_header X-Forwarded-Proto https;
                      proxy_request_buffering off;
                      proxy_buffering off;
                    }
                  }
                }
                """.formatted(directory, port, certificate.certificate(), certificate.key(), registry.url()));
        Daemon daemon = stage.start(
                "nginx",
                Map.of(),
                List.of("nginx", "-p", directory.toString(), "-e", "stderr", "-c", settings.toString()));
        daemon.awaitReady(Duration.ofSeconds(10), () -> Tcp.accepts(port));
    }

    String url() {
        return "https://" + host();
    }

    String host() {
        return "localhost:" + port;
    }
}

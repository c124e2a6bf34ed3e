#!/bin/bash
# outside.sh JAVA_HOME: installs into an empty local repository, builds a project that has our servlet as its one
# dependency of ours, mounts it beside a servlet of its own, and pulls through it.
set -euo pipefail
cd "$(dirname "$0")/.."
export JAVA_HOME=$1
root=$PWD
modules=registry-proxy-servlet,registry-proxy-server
. .ci/installed.sh

echo "a project outside this build"
mkdir -p "$work/app/src/main/java"
cat >"$work/app/pom.xml" <<END
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>com.example</groupId>
  <artifactId>shop</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency>
      <groupId>io.github.registryproxy</groupId>
      <artifactId>registry-proxy-servlet</artifactId>
      <version>$(sed -nE 's|^  <version>(.*)</version>|\1|p' pom.xml)</version>
    </dependency>
    <!-- The container that this project has anyway. -->
    <dependency>
      <groupId>org.eclipse.jetty.ee10</groupId>
      <artifactId>jetty-ee10-servlet</artifactId>
      <version>$(property jetty.version)</version>
    </dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin>
        <artifactId>maven-resources-plugin</artifactId>
        <version>3.5.0</version>
      </plugin>
      <plugin>
        <artifactId>maven-compiler-plugin</artifactId>
        <version>3.16.0</version>
      </plugin>
      <plugin>
        <artifactId>maven-dependency-plugin</artifactId>
        <version>3.11.0</version>
        <executions>
          <execution>
            <goals><goal>copy-dependencies</goal></goals>
            <phase>compile</phase>
          </execution>
        </executions>
      </plugin>
    </plugins>
  </build>
</project>
END
cat >"$work/app/src/main/java/Shop.java" <<'END'
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.middleware.PullOnly;
import io.github.registryproxy.servlet.RegistryProxyServlet;
import io.github.registryproxy.upstream.HttpUpstream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;

public final class Shop {
    public static void main(String[] args) throws Exception {
        RegistryProxy proxy = RegistryProxy.builder()
                .use(new PullOnly())
                .upstream(HttpUpstream.to(URI.create(args[1])).build())
                .build();
        ServletHolder registry = new ServletHolder(new RegistryProxyServlet(proxy));
        registry.setAsyncSupported(true);
        ServletContextHandler app = new ServletContextHandler("/", ServletContextHandler.NO_SESSIONS);
        app.addServlet(new ServletHolder(new Till()), "/till");
        app.addServlet(registry, "/v2/*");
        Server server = new Server(Integer.parseInt(args[0]));
        server.setHandler(app);
        server.start();
    }

    static final class Till extends HttpServlet {
        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter().print("12 coins");
        }
    }
}
END
mvn_empty -f "$work/app/pom.xml" compile >"$work/compile.log" 2>&1

echo "a pull through it"
upstream=$(free_port)
"$JAVA_HOME/bin/java" -jar "$root/registry-proxy-server/target/registry-proxy.jar" demo --port "$upstream" \
  >"$work/demo.log" 2>&1 &
pids+=($!)
answers "http://127.0.0.1:$upstream/v2/" >/dev/null
port=$(free_port)
"$JAVA_HOME/bin/java" -cp "$work/app/target/classes:$work/app/target/dependency/*" Shop "$port" "http://127.0.0.1:$upstream" \
  >"$work/shop.log" 2>&1 &
pids+=($!)
[ "$(answers "http://127.0.0.1:$port/till")" = "12 coins" ]
answers "http://127.0.0.1:$port/v2/" >/dev/null
mkdir "$work/image"
skopeo copy --all --src-tls-verify=false "docker://127.0.0.1:$port/hello:release-1" "dir:$work/image" >"$work/pull.log" 2>&1
theirs=$(curl -sS --fail -H 'Accept: application/vnd.oci.image.index.v1+json' \
  "http://127.0.0.1:$upstream/v2/hello/manifests/release-1" | sha256sum)
[ "$(sha256sum <"$work/image/manifest.json")" = "$theirs" ]
echo "the pull has the digest of a direct one: ${theirs%% *}"

# shellcheck shell=bash
# installed.sh, sourced by scripts that stand in the project's root, with JAVA_HOME: installs the library into an empty local
# repository, the modules in $modules. They get a directory $work, removed at the end when the processes in pids have been ended; mvn_empty, Maven with
# that repository; and a few functions.
work=$(mktemp -d)
pids=()
finish() {
  local status=$?
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait
  [ "$status" -eq 0 ] || tail -n 40 "$work"/*.log
  rm -rf "$work"
}
trap finish EXIT

# What Maven has fetched before is read as if from a remote repository: nothing else in the empty one is ours.
fetched=${MAVEN_FETCHED:-$HOME/.m2/repository}
cat >"$work/settings.xml" <<END
<settings>
  <profiles>
    <profile>
      <id>fetched</id>
      <repositories>
        <repository>
          <id>fetched</id>
          <url>file://$fetched</url>
          <releases><checksumPolicy>ignore</checksumPolicy></releases>
          <snapshots><enabled>false</enabled></snapshots>
        </repository>
      </repositories>
      <pluginRepositories>
        <pluginRepository>
          <id>fetched</id>
          <url>file://$fetched</url>
          <releases><checksumPolicy>ignore</checksumPolicy></releases>
          <snapshots><enabled>false</enabled></snapshots>
        </pluginRepository>
      </pluginRepositories>
    </profile>
  </profiles>
  <activeProfiles>
    <activeProfile>fetched</activeProfile>
  </activeProfiles>
</settings>
END
mvn_empty() {
  mvn -B -ntp -q -s "$work/settings.xml" -Dmaven.repo.local="$work/repository" "$@"
}
property() { sed -nE "s|.*<$1>(.*)</$1>.*|\1|p" "$root/pom.xml" | head -1; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
# answers URL: waits until it does, with what it must say.
answers() { curl -sS --fail --retry 60 --retry-delay 1 --retry-all-errors "$1" 2>"$work/curl.log"; }

begun=$SECONDS
echo "install into an empty repository"
# What earlier tests ended with is no matter of this install.
rm -rf registry-proxy-*/target/failsafe-reports
mvn_empty install -am -pl "$modules" -Dmaven.test.skip -Dspotless.check.skip -Dmaven.javadoc.skip -Dmaven.source.skip \
  >"$work/install.log" 2>&1
echo "   $((SECONDS - begun)) s"

# shellcheck shell=bash
# Makes the plugin and a local repository of its own for the benchmarks of whole builds. To be read by their scripts, in the
# checkout's folder. Gives: bench (the folder of all that they make), version (the plugin's).
bench=$PWD/target/bench
command -v docker-registry >/dev/null || {
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends docker-registry
}
mvn -q -B -ntp -DskipTests package
mkdir -p "$bench/classes"

# A local repository of its own, so that no other build replaces the plugin meanwhile. What the user's has is not
# downloaded again.
value_of() { mvn -q -B help:evaluate -Dexpression="$1" -DforceStdout | sed 's/\x1b\[[0-9;]*m//g'; }
here=$(value_of settings.localRepository)
version=$(value_of project.version)
sed "s|@localRepositoryUrl@|file://$here|" src/it/settings.xml >"$bench/settings.xml"
mvn -q -B -ntp -s "$bench/settings.xml" -Dmaven.repo.local="$bench/repository" install:install-file \
  -Dfile="target/multiarch-maven-plugin-$version.jar" -DpomFile=target/dependency-reduced-pom.xml

javac -d "$bench/classes" -cp target/classes src/bench/src/main/java/dev/multiarch/bench/build/*.java

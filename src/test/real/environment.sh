#!/usr/bin/env bash
#
# Prepares what the integration tests talk to: a registry, a container engine that runs foreign
# architectures, and a JRE base image for two platforms. All of it is the real thing.
#
#   environment.sh start DIR PORT   brings everything up, the registry on 127.0.0.1:PORT
#   environment.sh stop DIR         ends what start began and removes the engine's data
#   environment.sh status DIR       says what runs; exits with 3 if anything is down
#
# Afterwards the tests find one of two files:
#
#   DIR/environment.properties      where everything is (written last, so its presence means "ready")
#   DIR/unavailable.txt             why this machine cannot run these tests, and what to do about it
#
# Outside of DIR it touches: Debian packages (installed if missing), the kernel's binfmt_misc table
# (stays registered), the cache of the base image (see CACHE), and a directory under /tmp for sockets.

set -euo pipefail

# dockerd and other servers live in sbin, which is not on everybody's path.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# A context or host the developer selected for daily work must not win over the engine started here.
unset DOCKER_HOST DOCKER_CONTEXT DOCKER_TLS_VERIFY

# Servers end by themselves after this many seconds, should nobody ever call stop.
readonly LIFETIME=5400

# The base image. A change to any of these, or to the functions that read them, makes a new cache entry.
readonly BASE_REPOSITORY=bases/jre
readonly BASE_TAG=17
readonly BASE_ARCHITECTURES='amd64 arm64'
readonly BASE_SUITE=bookworm
readonly BASE_PACKAGES=libc6,zlib1g,libgcc-s1,libstdc++6,openjdk-17-jre-headless,busybox-static
readonly BASE_CREATED=2024-01-01T00:00:00Z

# Outside of the build directory, because half a minute per `mvn clean verify` is worth saving.
readonly CACHE=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/multiarch-tests

say() { printf 'environment: %s\n' "$*"; }

# fail MESSAGE [LOG]
fail() {
  say "$1" >&2
  if [[ -s ${2-} ]]; then
    say "the end of $2:" >&2
    tail -n 30 "$2" >&2
  fi
  exit 1
}

# wait_until SECONDS COMMAND... - polls, because none of these servers reports its readiness.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}

# ---------------------------------------------------------------------------------------------------
# What the machine has to offer
# ---------------------------------------------------------------------------------------------------

# The architecture to emulate, in the kernel's spelling: the one of the two that this machine is not.
foreign_architecture() {
  case $(uname -sm) in
    'Linux x86_64') echo aarch64 ;;
    'Linux aarch64') echo x86_64 ;;
    *) return 1 ;;
  esac
}

# Commands and the Debian packages they come from. Some are for the tests rather than for this script.
tools() {
  cat <<LIST
docker-registry docker-registry
dockerd docker.io
docker $(docker_client_package)
skopeo skopeo
umoci umoci
buildah buildah
qemu-$(foreign_architecture)-static qemu-user-static
mmdebstrap mmdebstrap
htpasswd apache2-utils
jq jq
LIST
}

# Up to Debian 12 the client is part of docker.io, later it is a package of its own.
docker_client_package() {
  if apt-cache show docker-cli >/dev/null 2>&1; then echo docker-cli; else echo docker.io; fi
}

missing_packages() {
  local tool package
  while read -r tool package; do
    command -v "$tool" >/dev/null || echo "$package"
  done < <(tools) | sort -u
  # No command to look for, but without these keys mmdebstrap trusts nothing on other distributions.
  [[ -e /usr/share/keyrings/debian-archive-keyring.gpg ]] || echo debian-archive-keyring
}

# A developer without the means still gets a build, which skips these tests; CI must not skip in silence.
unavailable() {
  printf '%s\n' "$1" >"$dir/unavailable.txt"
  say "$1"
  if [[ ${CI-} == true ]]; then exit 1; fi
  exit 0
}

ensure_tools() {
  foreign_architecture >/dev/null || unavailable \
    "The tests against real components need Linux on x86_64 or aarch64; this is $(uname -sm). They run in CI."
  local packages
  packages=$(missing_packages | tr '\n' ' ')
  if ((EUID != 0)); then
    unavailable "The tests against real components need root, to start a container engine and to register \
emulators with the kernel. Run the build as root, best in a disposable Debian 12 machine.${packages:+ \
There, install: apt-get install --no-install-recommends $packages}"
  fi
  [[ -n $packages ]] || return 0
  command -v apt-get >/dev/null || unavailable "The tests against real components need programs that are \
missing here, and there is no apt-get to install them. In Debian they are the packages: $packages"
  install_packages "$packages"
}

install_packages() {
  local log=$dir/apt.log
  say "installing $1"
  # The list of packages is meant to be split into words.
  # shellcheck disable=SC2086
  {
    apt-get update &&
      DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $1
  } >"$log" 2>&1 </dev/null || fail "cannot install $1" "$log"
}

# ---------------------------------------------------------------------------------------------------
# Servers: each NAME has DIR/NAME.pid and DIR/NAME.log
# ---------------------------------------------------------------------------------------------------

# spawn NAME COMMAND... - the command must mention DIR, is_running recognizes it by that.
spawn() {
  local name=$1
  shift
  # A session of its own keeps Ctrl-C in the terminal from ending servers behind the back of stop;
  # no inherited stream stays open, for Maven waits until the last holder of its pipes is gone.
  # `timeout` forwards TERM to the server and, with --kill-after, insists.
  setsid timeout --kill-after=20 "$LIFETIME" "$@" </dev/null >"$dir/$name.log" 2>&1 &
  echo $! >"$dir/$name.pid"
}

# Pids are reused, so a number alone is no proof that the process is ours. A zombie has no command
# line and counts as ended.
is_running() {
  local pid
  pid=$(cat "$dir/$1.pid" 2>/dev/null) && [[ -n $pid ]] &&
    tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -e "$dir/"
} 2>/dev/null

is_ended() { ! is_running "$1"; }

# end NAME
end() {
  if is_running "$1"; then
    kill -TERM "$(cat "$dir/$1.pid")"
    wait_until 30 is_ended "$1" || fail "$1 does not end" "$dir/$1.log"
  fi
  rm -f "$dir/$1.pid"
}

# ---------------------------------------------------------------------------------------------------
# Registry
# ---------------------------------------------------------------------------------------------------

start_registry() {
  # Someone else's registry on this port would answer our questions just as well, and be written to.
  if registry_answers || port_is_taken; then fail "port $port is in use by another process"; fi
  cat >"$dir/registry.yml" <<YAML
version: 0.1
storage:
  filesystem: {rootdirectory: "$dir/registry"}
  delete: {enabled: true}
http: {addr: "127.0.0.1:$port"}
YAML
  spawn registry docker-registry serve "$dir/registry.yml"
}

port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

registry_answers() (
  exec 3<>"/dev/tcp/127.0.0.1/$port" &&
    printf 'GET /v2/ HTTP/1.0\r\n\r\n' >&3 &&
    read -r -t 5 status <&3 &&
    [[ $status == *' 200 '* ]]
) 2>/dev/null

await_registry() {
  registry_has_settled() { registry_answers || is_ended registry; }
  if ! wait_until 20 registry_has_settled || is_ended registry; then
    fail "the registry does not answer on port $port" "$dir/registry.log"
  fi
}

# ---------------------------------------------------------------------------------------------------
# Emulation
# ---------------------------------------------------------------------------------------------------

register_emulator() {
  local architecture table=/proc/sys/fs/binfmt_misc magic mask
  architecture=$(foreign_architecture)
  [[ -e $table/register ]] || mount -t binfmt_misc binfmt_misc "$table" ||
    fail "cannot mount $table; a container needs to be privileged for that"
  [[ ! -e $table/qemu-$architecture ]] || return 0
  # The distribution knows the magic numbers, but its flags depend on the release. F is the one that
  # counts here: the kernel opens the emulator now, so that containers need not contain it.
  IFS=: read -r _ _ _ _ magic mask _ <"/usr/lib/binfmt.d/qemu-$architecture.conf"
  printf '%s' ":qemu-$architecture:M::$magic:$mask:/usr/bin/qemu-$architecture-static:OCF" \
    >"$table/register" || fail "cannot register the emulator for $architecture"
}

# ---------------------------------------------------------------------------------------------------
# Engine
# ---------------------------------------------------------------------------------------------------

# start_engine STORAGE_DRIVER - does not wait for it.
start_engine() {
  # The path of a socket may have 107 characters, and dockerd appends a few dozen to its exec-root;
  # build directories of CI machines are too long for that.
  mktemp -d /tmp/multiarch-engine.XXXXXX >"$dir/engine.run"
  local run
  run=$(cat "$dir/engine.run")
  # The empty configuration stands in for /etc/docker/daemon.json of the machine.
  echo '{}' >"$dir/engine.json"
  local options=(
    --config-file "$dir/engine.json"
    --data-root "$dir/engine"
    --exec-root "$run/exec"
    --pidfile "$run/dockerd.pid"
    --host "unix://$run/docker.sock"
    --storage-driver "$1"
    # The network of the machine stays as it is: containers run with --network none.
    --bridge=none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false
    # Used if the machine has a containerd, which then serves its own engine under the name "moby".
    --containerd-namespace multiarch-tests --containerd-plugins-namespace multiarch-tests-plugins
    # The engine's own default is more than a machine without privileges to raise limits can give.
    --default-ulimit nofile=1024:1024
    --shutdown-timeout 5
  )
  spawn engine dockerd "${options[@]}"
}

engine_host() { echo "unix://$(cat "$dir/engine.run")/docker.sock"; }

engine() { docker --host "$(engine_host)" "$@"; }

engine_answers() { engine version >/dev/null 2>&1; }

# Whether containers of all architectures really run, which takes a storage driver that suits the file
# system, working control groups and the emulator. The program is the one static one in the base image; the
# engine takes the probe for native, whatever it is, the kernel knows better.
engine_works() {
  engine_has_settled() { engine_answers || is_ended engine; }
  wait_until 60 engine_has_settled && is_running engine || return 1
  local architecture
  for architecture in $BASE_ARCHITECTURES; do
    extract_from_base "$architecture" bin/busybox &&
      tar -C "$dir/tmp" -c bin/busybox | engine import - "probe:$architecture" &&
      engine run --rm --network none "probe:$architecture" /bin/busybox true &&
      engine rmi "probe:$architecture" || return 1
  done >"$dir/probe.log" 2>&1
}

await_engine() {
  engine_works && return
  # overlay2 does not stack on every file system (a container's own overlay, some network mounts).
  say "no container runs with storage driver overlay2, trying vfs"
  stop_engine
  start_engine vfs
  engine_works || {
    cat "$dir/probe.log" >&2
    fail 'the engine runs no containers' "$dir/engine.log"
  }
}

stop_engine() {
  end engine
  local run
  run=$(cat "$dir/engine.run" 2>/dev/null) || run=
  if [[ -n $run ]]; then
    end_containers "$run/exec/containerd/containerd.sock"
    unmount_below "$run"
    rm -rf --one-file-system "$run"
  fi
  unmount_below "$dir/engine"
  rm -rf --one-file-system "$dir/engine" "$dir/engine.run"
}

# end_containers SOCKET - a killed engine leaves its containers running, each below a shim that was told the
# socket of its engine, by which it can be told from those of other engines.
end_containers() {
  local shim pid
  # The pattern comes by stdin, as grep would find itself otherwise; what shellcheck takes for it are files.
  # shellcheck disable=SC2062
  while read -r shim; do
    pid=${shim//[^0-9]/}
    # The file names several processes.
    # shellcheck disable=SC2046
    kill -KILL $(cat "/proc/$pid/task/$pid/children") "$pid" 2>/dev/null || true
  done < <(grep --files-with-matches --no-messages --fixed-strings --file=- /proc/[0-9]*/cmdline <<<"$1")
}

# A killed engine also leaves the file systems of its containers and its network namespaces mounted.
unmount_below() {
  local target
  # Latest first, since mounts nest; the kernel escapes blanks as \040.
  while read -r _ target _; do
    printf -v target %b "$target"
    [[ $target == "$1" || $target == "$1"/* ]] || continue
    umount "$target" || umount -l "$target" || fail "cannot unmount $target"
  done < <(tac /proc/self/mounts)
}

# ---------------------------------------------------------------------------------------------------
# Base image
# ---------------------------------------------------------------------------------------------------

# provide_base - puts the layout into DIR, from the cache if it is there.
provide_base() {
  local entry
  entry=$CACHE/jre-base-$(base_recipe)
  [[ -d $entry ]] || build_base "$entry"
  # A copy rather than hard links: a test that spoils a blob must not spoil every later build.
  cp -R "$entry" "$dir/jre-base"
}

# The identity of what build_base makes: the text of its functions (without comments) and its input.
base_recipe() {
  {
    declare -p BASE_TAG BASE_ARCHITECTURES BASE_SUITE BASE_PACKAGES BASE_CREATED
    declare -f build_base build_image join_images
  } | sha256sum | cut -c 1-12
}

# build_base ENTRY
build_base() (
  entry=$1 builds=()
  say "making the base image, once: $entry"
  mkdir -p "$CACHE"
  work=$(mktemp -d "$CACHE/building.XXXXXX")
  # Job control gives each build a process group, to end all of it when the other one fails or on Ctrl-C.
  set -m
  trap 'exec 2>/dev/null
        for build in "${builds[@]}"; do kill -TERM -- "-$build" || true; done
        wait
        rm -rf --one-file-system "$work"' EXIT
  for architecture in $BASE_ARCHITECTURES; do
    log=$dir/base-$architecture.log
    { build_image "$architecture" "$work" >"$log" 2>&1 || fail "cannot make the base for $architecture" "$log"; } &
    builds+=("$!")
  done
  for build in "${builds[@]}"; do
    wait "$build"
  done
  join_images "$work"
  # Renaming publishes the entry in one step. If another build was faster, its result is as good.
  mv -T "$work/layout" "$entry" 2>/dev/null || [[ -d $entry ]] || fail "cannot write $entry"
)

# build_image ARCHITECTURE WORK - leaves a layout in WORK/ARCHITECTURE.
build_image() {
  local architecture=$1 root=$2/$1.tar layout=$2/$1 home=/usr/lib/jvm/java-17-openjdk-$1
  # The variant that only unpacks runs nothing of the foreign architecture and takes a few seconds.
  # Device nodes are left out, as in any published base image.
  SOURCE_DATE_EPOCH=$(date -d "$BASE_CREATED" +%s) mmdebstrap --quiet --mode=root --variant=extract \
    --skip=output/dev --architectures="$architecture" --include="$BASE_PACKAGES" "$BASE_SUITE" "$root" &&
    umoci init --layout "$layout" &&
    umoci new --image "$layout:image" &&
    umoci raw add-layer --image "$layout:image" --history.created "$BASE_CREATED" "$root" &&
    rm "$root" &&
    # The signal and the label are there to be found again in the images that are built on this one.
    umoci config --image "$layout:image" --os linux --architecture "$architecture" \
      --created "$BASE_CREATED" --history.created "$BASE_CREATED" \
      --config.env "JAVA_HOME=$home" \
      --config.env "PATH=$home/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
      --config.stopsignal SIGINT \
      --config.label com.example.base=jre-17 &&
    umoci gc --layout "$layout"
}

# join_images WORK - umoci makes images for one platform, the index over them is made here.
join_images() {
  local work=$1 layout=$1/layout architecture digest
  mkdir -p "$layout/blobs/sha256"
  echo '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
  for architecture in $BASE_ARCHITECTURES; do
    mv "$work/$architecture"/blobs/sha256/* "$layout/blobs/sha256/"
    # arm64 has its variant, as in the indexes that official images come with.
    jq -c --arg architecture "$architecture" '.manifests[0]
      | {mediaType, digest, size, platform: ({$architecture, os: "linux"}
          + if $architecture == "arm64" then {variant: "v8"} else {} end)}' "$work/$architecture/index.json"
  done | jq -cs '{schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: .}' >"$work/index"
  digest=$(sha256sum "$work/index" | cut -d ' ' -f 1)
  jq -nc --arg digest "sha256:$digest" --argjson size "$(wc -c <"$work/index")" --arg tag "$BASE_TAG" '
    {schemaVersion: 2, manifests: [{
      mediaType: "application/vnd.oci.image.index.v1+json", $digest, $size,
      annotations: {"org.opencontainers.image.ref.name": $tag}}]}' >"$layout/index.json"
  mv "$work/index" "$layout/blobs/sha256/$digest"
  chmod -R u=rwX,go=rX "$layout"
}

# extract_from_base ARCHITECTURE PATH - unpacks one file of the base image into DIR/tmp.
extract_from_base() {
  local blobs=$dir/jre-base/blobs/sha256 index manifest layer
  index=$(jq -r '.manifests[0].digest' "$dir/jre-base/index.json")
  manifest=$(jq -r --arg architecture "$1" '.manifests[] | select(.platform.architecture == $architecture).digest' \
    "$blobs/${index#sha256:}")
  layer=$(jq -r '.layers[0].digest' "$blobs/${manifest#sha256:}")
  tar -C "$dir/tmp" -xzf "$blobs/${layer#sha256:}" --occurrence=1 "./$2"
}

publish_base() {
  # The file is a stranger to any trust policy of the machine, and the digest is part of what is tested.
  skopeo --insecure-policy copy --all --preserve-digests --dest-tls-verify=false \
    "oci:$dir/jre-base:$BASE_TAG" "docker://127.0.0.1:$port/$BASE_REPOSITORY:$BASE_TAG" \
    >"$dir/publish.log" 2>&1 || fail 'cannot copy the base image into the registry' "$dir/publish.log"
}

# ---------------------------------------------------------------------------------------------------
# Commands
# ---------------------------------------------------------------------------------------------------

start() {
  mkdir -p "$dir"
  if is_started; then
    say "already running in $dir"
    return
  fi
  # Remains of a run that nobody stopped, perhaps on another port.
  stop_servers
  rm -rf "$dir/registry" "$dir/jre-base" "$dir/tmp" "$dir/unavailable.txt"
  ensure_tools
  mkdir "$dir/tmp"

  # Maven runs no post-integration-test phase after this one failed, so a failed start cleans up itself.
  trap 'stop_servers' EXIT
  trap 'exit 130' INT TERM HUP
  register_emulator
  start_registry
  start_engine overlay2
  # The servers get ready while the base image is made.
  provide_base
  await_registry
  publish_base
  await_engine
  describe
  trap - EXIT INT TERM HUP
  say "registry on 127.0.0.1:$port, engine at $(engine_host)"
}

describe() {
  cat >"$dir/environment.properties" <<PROPERTIES
registry=127.0.0.1:$port
docker.host=$(engine_host)
jre.base=127.0.0.1:$port/$BASE_REPOSITORY:$BASE_TAG
jre.layout=$dir/jre-base
PROPERTIES
}

is_started() {
  is_running registry && is_running engine &&
    grep -qsxF "registry=127.0.0.1:$port" "$dir/environment.properties"
}

stop_servers() {
  rm -f "$dir/environment.properties"
  stop_engine
  end registry
}

stop() {
  [[ -d $dir ]] || return 0
  stop_servers
  say "nothing runs in $dir"
}

status() {
  local name result=0
  for name in registry engine; do
    if is_running "$name"; then
      say "$name runs, pid $(cat "$dir/$name.pid")"
    else
      say "$name does not run"
      result=3
    fi
  done
  return "$result"
}

usage() {
  echo "usage: ${0##*/} start DIR PORT | stop DIR | status DIR" >&2
  exit 2
}

main() {
  [[ $# -ge 2 && -n $2 ]] || usage
  # Not every caller has DIR already, so it is made absolute without looking at it.
  dir=${2%/}
  [[ $dir == /* ]] || dir=$PWD/$dir
  case $1:$# in
    start:3)
      [[ $3 =~ ^[0-9]+$ ]] || usage
      port=$3
      start
      ;;
    stop:2) stop ;;
    status:2) status ;;
    *) usage ;;
  esac
}

main "$@"

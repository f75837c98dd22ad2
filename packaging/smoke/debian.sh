#!/usr/bin/env bash
# Proves the packages in a bare Debian: no Python, no compiler. The .deb installs with what it depends on, and the
# file that unpacks itself starts; both show the window, and check to a verdict. The unpacked one does so from a path
# with blanks and foreign letters, and then from a medium that cannot be written.
#
#   sudo packaging/smoke/debian.sh FOLDER_WITH_PACKAGES PICTURES [SUITE]
set -euo pipefail

packages=$(realpath "$1") pictures=$(realpath -m "$2") suite=${3:-bookworm}
root=$(mktemp -d /var/tmp/rigdyno-debian-XXXXXX)
chmod 755 "$root"
mkdir -p "$pictures"
cleanup() {
  for mounted in proc dev "${stick:-none}"; do mountpoint -q "$root/$mounted" && umount -l "$root/$mounted"; done
  rm -rf --one-file-system "$root"
}
trap cleanup EXIT

# shellcheck disable=SC2086
debootstrap --variant=minbase "$suite" "$root" ${DEBIAN_MIRROR:-} >"$pictures/debootstrap.log"
cp /etc/resolv.conf "$root/etc/" 2>/dev/null || true
# However this computer reaches Debian's packages, the root does.
grep -ls Acquire /etc/apt/apt.conf.d/* | while read -r settings; do cp "$settings" "$root$settings"; done
mount --bind /dev "$root/dev"
mount -t proc proc "$root/proc"
inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"; }
if inside sh -c 'command -v python3 || command -v cc'; then echo "this root is not bare"; exit 1; fi

cp "$packages"/rigdyno_*_amd64.deb "$root/tmp/rigdyno.deb"
cp "$packages"/rigdyno-*-linux-x86_64.run "$root/tmp/rigdyno.run"
inside apt-get -qq update
inside apt-get -qq -y --no-install-recommends install /tmp/rigdyno.deb >"$pictures/install.log" 2>&1
inside sh -c 'command -v python3' && { echo "the package brought a Python along"; exit 1; }
inside apt-get -qq -y --no-install-recommends install xvfb xauth >>"$pictures/install.log" 2>&1
inside sh /tmp/rigdyno.run --quiet -- inspect >"$pictures/inspect.txt"
head -n 3 "$pictures/inspect.txt"
stick="/root/a stick/für ñ/rigdyno"
inside sh /tmp/rigdyno.run --quiet -- --unpack "$(dirname "$stick")"
touch "$root$stick/portable"

for program in /usr/bin/rigdyno "$stick/rigdyno"; do
  name=$(basename "$(dirname "$program")")  # bin, or rigdyno
  echo "== $program"
  inside "$program" --selftest
  inside xvfb-run -a -s "-screen 0 1366x768x24" env QT_QPA_PLATFORM=xcb "$program" --screenshot "/root/$name.png"
  cp "$root/root/$name.png" "$pictures/"
  inside env COLUMNS=100 "$program" check --quick --json /root/out.json
done
test -s "$root$stick/data/results.sqlite" || { echo "the portable program keeps its results elsewhere"; exit 1; }

echo "== from a medium that cannot be written"
mount --bind "$root$stick" "$root$stick"
mount -o remount,bind,ro "$root$stick"
inside "$stick/rigdyno" train --seconds 1 2>&1 | tee "$pictures/read-only.txt" | grep "cannot be written, so results are kept in"
umount "$root$stick"
echo "both packages: window shown, verdict reached; pictures in $pictures"

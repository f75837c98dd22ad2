#!/bin/sh
# Unpacks the program and starts it with the arguments that it was given; then removes it again.
#   rigdyno.run [-- [--unpack FOLDER] [ARGUMENTS OF RIGDYNO]]     with --unpack it stays in FOLDER, and is not started
# It brings its own xz along: a bare system has none.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
unpack() { LD_LIBRARY_PATH=$here "$here/xz" --decompress --stdout "$here/rigdyno.tar.xz" | tar -x -f - -C "$1"; }
cd "${USER_PWD:-.}"
if [ "${1:-}" = --unpack ]; then
  if [ $# -ne 2 ]; then
    echo "rigdyno: --unpack takes one folder, and nothing after it" >&2
    exit 2
  fi
  mkdir -p "$2"
  unpack "$2"
  echo "unpacked: $2/rigdyno/rigdyno"
  exit 0
fi
unpack "$here"
"$here/rigdyno/rigdyno" "$@"

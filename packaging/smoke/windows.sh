#!/usr/bin/env bash
# Tries the installer for Windows under wine, as far as wine goes: installs, inspects, trains, upgrades, uninstalls.
# The window cannot be tried: Qt 6.11 needs a newer Windows than wine 8 is.
#
#   packaging/smoke/windows.sh SETUP.EXE PORTABLE.ZIP WORK_FOLDER        (wine64, unzip; WORK_FOLDER is made anew)
set -euo pipefail

setup=$(realpath "$1") zip=$(realpath "$2") work=$(realpath -m "$3")
export PATH=$PATH:/usr/lib/wine WINEPREFIX=$work/prefix WINEDEBUG=-all
# wine's own C library lacks functions that PyTorch and numpy use; OpenMP asks for NUMA nodes, which wine has none of.
export WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe=;ucrtbase=n,b" KMP_AFFINITY=disabled
rm -rf "$work"
mkdir -p "$work/msvcrt"
trap 'wineserver64 -k || wineserver -k || true' EXIT

say() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }
# wine gives Python no usable stream where it is a file of ours: a pipe is one.
windows() { wine64 "$@" </dev/null 2> >(cat >&2) | cat; return "${PIPESTATUS[0]}"; }
value() { windows reg query "$1" "${@:2}" | tr -d '\r' | sed -n 's/.*REG_[A-Z]* *//p'; }
fail() { echo "FAILED: $1" >&2; exit 1; }

say "a fresh Windows"
windows wineboot -i >/dev/null
windows winecfg -v win10 >/dev/null
python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$work/msvcrt" pynsist==2.8
unzip -qjo "$work"/msvcrt/*.whl 'nsist/msvcrt/x64/ucrtbase.dll' -d "$WINEPREFIX/drive_c/windows/system32"
home=$(echo "$WINEPREFIX"/drive_c/users/*/AppData/Local)
place=$home/Programs/Rigdyno menu=$(dirname "$home")/Roaming/Microsoft/Windows/"Start Menu"/Programs/Rigdyno.lnk
uninstall='HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Rigdyno'

say "silent install"
windows "$setup" /S
for file in Rigdyno.exe rigdyno.com uninstall.exe LICENSES.txt parts.cdx.json runtime/python311.dll pkgs/torch app/rigdyno; do
  test -e "$place/$file" || fail "$file is not there"
done
test -e "$menu" || fail "the start menu has no entry"
du -sm "$place"; find "$place" -type f | wc -l
for name in DisplayVersion EstimatedSize DisplayIcon InstallLocation UninstallString; do
  said=$(value "$uninstall" /v $name); echo "$name: $said"; test -n "$said" || fail "the registry has no $name"
done
kind=$(value 'HKCU\Software\Classes\.rigdyno' /ve); opens=$(value "HKCU\\Software\\Classes\\$kind\\shell\\open\\command" /ve)
echo ".rigdyno: $kind: $opens"
case $opens in *Rigdyno.exe*%1*) ;; *) fail "result files do not open the program" ;; esac

terminal() { windows "$place/rigdyno.com" "$@"; }
say "what it says of itself and of this computer"
terminal --version
terminal inspect --json | tee "$work/inspect.json" | python3 -c '
import json, sys
machine = json.load(sys.stdin)
assert machine["torch"]["version"], "PyTorch did not answer"
print("torch", machine["torch"]["version"], "on", machine["readings"]["cpu.model"]["value"])'
COLUMNS=100 terminal inspect

say "it trains, in a child that is the program itself; the program of the window is one too"
terminal train --seconds 2 --json 'C:\trained.rigdyno'
windows "$place/Rigdyno.exe" judge 'C:\trained.rigdyno' --json >/dev/null || test $? -eq 4
test "$(find "$home/rigdyno" -name '*.sqlite' | wc -l)" -gt 0 || fail "no results are kept"
test -z "$(find "$place" -newer "$place/uninstall.exe" -name '*.pyc')" || fail "a start compiled modules anew"

say "upgrade: the old program goes, results stay"
touch "$place/pkgs/left_over.py" "$place/mine.txt"
windows "$setup" /S
test ! -e "$place/pkgs/left_over.py" || fail "a module of the old program is left"
test -e "$place/mine.txt" || fail "a file that is not ours is gone"
terminal history

say "not while it runs"
wine64 "$place/rigdyno.com" train --seconds 60 </dev/null 2>&1 | cat >/dev/null &
sleep 10
windows "$setup" /S && echo "installed over a running program" || echo "refused with exit code $?"
wineserver64 -k || wineserver -k || true
wait

say "uninstall: results stay"
rm "$place/mine.txt"
# With its place given as Windows writes it, it does not go on in a copy of itself that nobody could wait for.
windows "$place/uninstall.exe" /S "_?=$(windows winepath -w "$place" | tr -d '\r')" || fail "exit code $?"
rm -f "$place/uninstall.exe"
test ! -e "$place/runtime" && test ! -e "$place/pkgs" || fail "the program is still there"
test ! -e "$menu" || fail "the start menu still has an entry"
test -z "$(value "$uninstall" /v DisplayName)" || fail "the registry still has it"
test -z "$(value 'HKCU\Software\Classes\.rigdyno' /ve)" || fail "result files are still its own"
test -n "$(find "$home/rigdyno" -name '*.sqlite')" || fail "results are gone"

say "the portable archive, from a folder with blanks and foreign letters"
mkdir -p "$WINEPREFIX/drive_c/a stick/für ñ"
unzip -q "$zip" -d "$WINEPREFIX/drive_c/a stick/für ñ"
stick="$WINEPREFIX/drive_c/a stick/für ñ/Rigdyno"
touch "$work/before"
windows "$stick/rigdyno.com" train --seconds 2
find "$WINEPREFIX/drive_c" -newer "$work/before" -type f | tee "$work/written"
grep -q "für ñ/Rigdyno/data/" "$work/written" || fail "it keeps nothing beside itself"
if grep -v "für ñ/Rigdyno/data/" "$work/written"; then fail "it wrote elsewhere"; fi
say "done"

# Proves the packages on a real Windows: install for this user alone, every part once, a check, the window's picture,
# the portable folder from a place with blanks and foreign letters, and an uninstall that leaves the results.
#
#   packaging\smoke\windows.ps1 FOLDER_WITH_PACKAGES PICTURES
param([string]$packages, [string]$pictures)
$ErrorActionPreference = "Stop"
New-Item -ItemType Directory -Force $pictures | Out-Null
$home_ = Join-Path $env:LOCALAPPDATA "rigdyno"
$place = Join-Path $env:LOCALAPPDATA "Programs\Rigdyno"

function Prove([string]$folder, [string]$name) {
  $cli = Join-Path $folder "rigdyno.com"
  & $cli --selftest
  if ($LASTEXITCODE) { throw "$name: the self-test failed" }
  & $cli --screenshot (Join-Path $pictures "$name.png")
  if ($LASTEXITCODE) { throw "$name: no picture of the window" }
  & $cli check --quick --json (Join-Path $pictures "$name.json")
  if ($LASTEXITCODE) { throw "$name: no verdict" }
}

$setup = (Get-ChildItem $packages -Filter "rigdyno-*-windows-*.exe")[0].FullName
Start-Process -Wait $setup "/S"
Prove $place "installed"
if (-not (Test-Path "HKCU:\Software\Classes\.rigdyno")) { throw "result files are not known" }
Start-Process -Wait (Join-Path $place "uninstall.exe") "/S"
Start-Sleep 10 # it goes on in a copy of itself
if (Test-Path (Join-Path $place "Rigdyno.exe")) { throw "the uninstall left the program" }
if (-not (Test-Path (Join-Path $home_ "results.sqlite"))) { throw "the uninstall took the results along" }

$stick = Join-Path $env:TEMP "ein Stick ñ"
Expand-Archive (Get-ChildItem $packages -Filter "rigdyno-*-windows-*.zip")[0].FullName $stick
$folder = (Get-ChildItem $stick -Recurse -Filter "rigdyno.com")[0].DirectoryName
Prove $folder "portable"
if (-not (Test-Path (Join-Path $folder "data\results.sqlite"))) { throw "the portable program wrote elsewhere" }

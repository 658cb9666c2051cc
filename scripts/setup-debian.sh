#!/usr/bin/env bash
# Installs the Debian packages that the tests need, or with --demo those of the demo. Changes nothing when all are there.
set -euo pipefail

# code-server compiles native modules while it installs.
needed=(libkrb5-dev build-essential pkg-config python3)
if [ "${1:-}" != "--demo" ]; then
  needed+=(chromium fonts-dejavu-core curl zip unzip)
  # Independent programs that read what we write and talk to the sandbox.
  needed+=(dcmtk dicom3tools libgdcm-tools python3-pydicom python3-pyxnat dcm2niix)
  # Opens the patient list.
  needed+=(libreoffice-calc-nogui python3-uno)
  # A PACS that sends; tests start their own.
  needed+=(orthanc)
  # Measures the benchmark.
  needed+=(time)
  command -v javac >/dev/null || needed+=(default-jdk-headless)
fi
command -v node >/dev/null || needed+=(nodejs)
command -v npm >/dev/null || needed+=(npm)

missing=()
for package in "${needed[@]}"; do
  # "ii" alone counts: a removed package leaves a record too.
  case "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true)" in
    ii*) ;;
    *) missing+=("$package") ;;
  esac
done
if [ "${#missing[@]}" -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "setup-debian: run as root: apt-get install ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  echo "setup-debian: installing ${missing[*]}"
  # Orthanc comes with a service of the system, which nobody here needs.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" install -m 755 /dev/stdin "$policy"
  fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  case " ${missing[*]} " in
    *" orthanc "*) [ ! -d /run/systemd/system ] || "${as_root[@]}" systemctl disable --quiet orthanc ;;
  esac
fi

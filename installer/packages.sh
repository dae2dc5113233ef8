# SPDX-License-Identifier: GPL-3.0-or-later
# Debian packages by purpose; sourced by installer/run and installer/test. All names exist in Debian 12 and in Ubuntu 24.04:
# there only run-time libraries were renamed (…t64), and those are never named here, they come with the -dev packages.
# libqt6sql6-* are plug-ins and kept their names. On Ubuntu most of these are in "universe".
# shellcheck shell=bash disable=SC2034
bw_packages_build=(g++ cmake ninja-build ccache pkg-config git
  qt6-base-dev libgl-dev libqt6sql6-sqlite libqt6sql6-psql qtkeychain-qt6-dev
  libboost-dev libssl-dev libsimdjson-dev libyaml-cpp-dev zlib1g-dev libzip-dev libcli11-dev
  libhowardhinnant-date-dev tzdata
  fonts-dejavu-core)
# Qt Charts and the queues are what benchmarks measure against; the clang tools are for .ci/run.
bw_packages_test=(doctest-dev python3 reuse postgresql dbus gnome-keyring
  qt6-charts-dev libconcurrentqueue-dev libreaderwriterqueue-dev
  clang-14 clang-tidy-14 clang-format-14)

# bw_install PACKAGE...: installs what is missing, says which, asks for root only for that.
bw_install() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "Installing ${#missing[@]} packages: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "bellwether: root is needed to install packages; run as root or install sudo" >&2; return 1; }
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq || return 1
  local unknown=()
  for package in "${missing[@]}"; do
    apt-cache policy "$package" | grep -q 'Candidate: [^(]' || unknown+=("$package")
  done
  if [ ${#unknown[@]} -gt 0 ]; then
    echo "bellwether: this system's package lists have no: ${unknown[*]}" >&2
    echo "bellwether: known to work are Debian 12 and Ubuntu 24.04 (with universe); this is $(. /etc/os-release && echo "$PRETTY_NAME")" >&2
    return 1
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || {
    echo "bellwether: some of these packages could not be installed: ${missing[*]}" >&2
    return 1
  }
}

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a program in a session bus of its own with an unlocked keyring that is thrown away afterwards.
set -eu
for tool in dbus-run-session gnome-keyring-daemon; do
  command -v $tool >/dev/null || { echo "SKIPPED: $tool is not installed (packages dbus, gnome-keyring)"; exit 0; }
done
home=$(mktemp -d /tmp/bw-keyring-XXXXXX)
trap 'rm -rf "$home"' EXIT
export HOME="$home" XDG_DATA_HOME="$home/data" XDG_CONFIG_HOME="$home/config" XDG_CACHE_HOME="$home/cache"
export XDG_RUNTIME_DIR="$home/run" XDG_CURRENT_DESKTOP=GNOME
mkdir -p -m 0700 "$XDG_RUNTIME_DIR" "$XDG_DATA_HOME"
dbus-run-session -- sh -c '
  printf "a test passphrase" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
  exec "$0"' "$1"

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# postgres.sh start        starts a PostgreSQL server of its own on a unix socket alone; prints its folder
# postgres.sh stop FOLDER  ends it and removes the folder
# PostgreSQL refuses root, so root drops to the user "postgres" that its package makes. Exit code 3: not installed.
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -x "$bin/initdb" ] || { echo "no PostgreSQL server is installed" >&2; exit 3; }
as_user() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}
case $1 in
  start)
    folder=$(mktemp -d /tmp/bw-pg-XXXXXX)
    if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; fi
    cd "$folder"
    as_user "$bin/initdb" -D "$folder/data" -U bellwether -A trust --no-sync -E UTF8 --locale=C >/dev/null 2>&1
    as_user "$bin/pg_ctl" -D "$folder/data" -w -t 60 -l "$folder/log" -o "-k $folder -h '' -p 5433 -F" start \
      >/dev/null 2>&1 </dev/null
    echo "$folder"
    ;;
  stop)
    cd /
    as_user "$bin/pg_ctl" -D "$2/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$2"
    ;;
esac

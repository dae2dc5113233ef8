#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# clang-tidy over the Qt-free part, two files at once; run by hand, all of core takes some minutes.
#   tests/tidy/clang_tidy.sh              files of core that differ from the last commit but ten
#   tests/tidy/clang_tidy.sh REVISION     files that differ from that revision
#   tests/tidy/clang_tidy.sh --all
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ "${1:-}" = --all ]; then
  files=$(git ls-files 'core/*.cpp')
else
  files=$(git diff --name-only --diff-filter=d "${1:-HEAD~10}" -- 'core/*.cpp')
fi
files=$(grep -v '^core/runtime/' <<<"$files" || true)
[ -n "$files" ] || { echo "no files of core changed"; exit 0; }
echo "$(wc -l <<<"$files") files"
xargs -P2 -n1 sh -c 'clang-tidy-14 --quiet "$0" -- -std=c++20 -I. -DNDEBUG -DBW_DEEP_CHECKS=1 2>/dev/null' <<<"$files"

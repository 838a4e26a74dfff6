#!/usr/bin/env bash
# Installs the driver of the shared ledger (.ci/postgresql.lock) for the tests; without it they skip and say so.
set -euo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
wanted=$(sed -n 's/^psycopg==\([^ ]*\).*/\1/p' .ci/postgresql.lock)
[ "$($python -c 'from importlib.metadata import version; print(version("psycopg"))' 2> /dev/null)" = "$wanted" ] && exit 0
$python -m pip --disable-pip-version-check install -qq --require-hashes --only-binary=:all: -r .ci/postgresql.lock || {
    echo "没有装上 psycopg，PostgreSQL 的测试将跳过 · psycopg was not installed, the PostgreSQL tests will skip" >&2; }

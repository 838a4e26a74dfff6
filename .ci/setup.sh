#!/usr/bin/env bash
# Sets up .venv from requirements.lock: every download is checked against its hash. Does nothing when nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
venv=.venv
stamp=$venv/.gy1100-stamp

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "gy1100 需要 Python 3.11 以上 · needs Python 3.11 or later: apt install python3" >&2; exit 1; }
wanted=$(cat requirements.lock pyproject.toml .ci/setup.sh | sha256sum)$("$python" -c 'import sys; print(sys.version)')$PWD
if [ -x $venv/bin/python ] && [ "$(cat $stamp 2>/dev/null)" = "$wanted" ]; then exit 0; fi

"$python" -c 'import ensurepip, venv' 2>/dev/null || {
    echo "缺少 python3-venv，请先安装 · python3-venv is missing: apt install python3-venv" >&2; exit 1; }
echo "正在安装到 .venv …… · setting up .venv" >&2
rm -f $stamp
[ -x $venv/bin/python ] && $venv/bin/python -c 'import pip' 2>/dev/null || "$python" -m venv --clear $venv
pip="$venv/bin/python -m pip --disable-pip-version-check install -qq"

# uv first (ten times faster than pip), from the same lock; pip does the work where there is no uv for this machine.
# uv knows neither pip's mirror nor, unless told, the certificates of an office network.
with_uv() {
    awk '/^[a-z0-9]/ {uv = /^uv==/} uv' requirements.lock > $venv/uv.lock
    $pip --require-hashes --only-binary=:all: -r $venv/uv.lock || return
    local mirror=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$($venv/bin/python -m pip config get global.index-url 2>/dev/null)}}
    [ -n "$mirror" ] && export UV_DEFAULT_INDEX=$mirror
    for certificates in true false; do
        UV_SYSTEM_CERTS=$certificates VIRTUAL_ENV=$PWD/$venv \
            $venv/bin/uv pip install --quiet --require-hashes -r requirements.lock 2> $venv/uv.log && return
    done
    tail -n 3 $venv/uv.log >&2
    return 1
}
with_uv || { echo "uv 不可用，改用 pip · without uv, with pip" >&2; $pip --require-hashes -r requirements.lock; }
$pip --no-deps --no-build-isolation --no-index --editable .

# JupyterLab speaks Chinese in this environment and asks no outside server for news, until its user chooses otherwise
mkdir -p $venv/share/jupyter/lab/settings
cat > $venv/share/jupyter/lab/settings/overrides.json << 'END'
{"@jupyterlab/translation-extension:plugin": {"locale": "zh_CN"},
 "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}
END
echo "$wanted" > $stamp

#!/usr/bin/env bash
# Sets up .venv-hub: JupyterHub from .ci/hub.lock, and this package to read the users file; neither desk nor kernel sees it.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.venv-hub
stamp=$venv/.gy1100-stamp
wanted=$(cat .ci/hub.lock .ci/hub.sh .venv/.gy1100-stamp | sha256sum)
[ -x $venv/bin/python ] && [ "$(cat $stamp 2>/dev/null)" = "$wanted" ] && exit 0

echo "正在安装 JupyterHub 到 .venv-hub（200 MB）…… · setting up .venv-hub with JupyterHub (200 MB)" >&2
.venv/bin/python -m venv --clear $venv
$venv/bin/python -m pip --disable-pip-version-check install -qq --require-hashes --only-binary=:all: -r .ci/hub.lock
echo "$PWD" > "$($venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/gy1100.pth"
echo "$wanted" > $stamp

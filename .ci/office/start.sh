#!/usr/bin/env bash
# 双击或运行：第一次安装（不用网络），然后打开评审台或笔记本。 Installs without a network, then opens the desk or JupyterLab.
# ./start.sh [desk|lab|year-end|install|gy1100 …]
set -euo pipefail
cd "$(dirname "$0")"
python=${PYTHON:-python3}
venv=.venv

"$python" -c 'import ensurepip, venv' 2>/dev/null || {
    echo "需要 Python 3.11 以上和 python3-venv · needs Python 3.11 or later and python3-venv" >&2; exit 1; }
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
wanted=requirements-linux-$version.txt
[ -f "$wanted" ] || {
    echo "这个文件夹没有 Python $version 的安装包，只有 · there are no packages for this Python, only for:" requirements-linux-*.txt >&2
    exit 1; }

if [ ! -f $venv/installed ] || [ "$(cat $venv/installed)" != "$version" ]; then
    echo "第一次安装，约一分钟…… · installing, about a minute" >&2
    "$python" -m venv --clear $venv
    pip="$venv/bin/python -m pip --disable-pip-version-check install -qq --no-index --find-links wheels"
    $pip --require-hashes --no-deps -r "$wanted"
    $pip --no-deps gy1100
    mkdir -p $venv/share/jupyter/lab/settings
    cat > $venv/share/jupyter/lab/settings/overrides.json << 'END'
{"@jupyterlab/translation-extension:plugin": {"locale": "zh_CN"},
 "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}
END
    echo "$version" > $venv/installed
fi

choice=${1:-}
if [ -z "$choice" ]; then
    echo "1 评审台 · the review desk    2 笔记本 · JupyterLab    3 示例考核 · the sample's year-end"
    read -r -p "1/2/3: " choice
fi
shift || true
case $choice in
    1|desk) exec $venv/bin/gy1100 review "$@" ;;
    2|lab) exec $venv/bin/jupyter lab $([ "$(id -u)" -eq 0 ] && echo --allow-root) notebooks/start.ipynb "$@" ;;
    3|year-end) exec $venv/bin/gy1100 year-end "$@" ;;
    install) echo "已安装 · installed" ;;
    gy1100) exec $venv/bin/gy1100 "$@" ;;
    *) echo "desk, lab, year-end, install, gy1100 …" >&2; exit 2 ;;
esac

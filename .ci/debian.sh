#!/usr/bin/env bash
# Installs what .ci/debian.txt, or another list there, names and this machine lacks (as root; otherwise says what to
# install and goes on).
set -euo pipefail
cd "$(dirname "$0")"
list=${1:-debian.txt}
command -v dpkg-query > /dev/null || exit 0
missing=()
while read -r package _; do
    [[ $package == \#* || -z $package ]] && continue
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done < $list
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
    echo "测试还需要 · the tests also need: sudo apt install ${missing[*]}" >&2
    exit 0
fi
echo "正在用 apt 安装 · installing with apt: ${missing[*]}" >&2
for package in "${missing[@]}"; do grep "^$package " $list >&2; done
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null

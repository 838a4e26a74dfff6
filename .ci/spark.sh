#!/usr/bin/env bash
# Sets up .venv-spark: what .venv holds, and Apache Spark from .ci/spark.lock. The core set-up knows nothing of it.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.venv-spark
stamp=$venv/.gy1100-stamp
wanted=$(cat .ci/spark.lock .ci/spark.sh .venv/.gy1100-stamp | sha256sum)
[ -x $venv/bin/python ] && [ "$(cat $stamp 2>/dev/null)" = "$wanted" ] && exit 0

echo "正在安装 Apache Spark 到 .venv-spark（430 MB）…… · setting up .venv-spark with Apache Spark (430 MB)" >&2
.venv/bin/python -m venv --clear $venv
sites=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
echo "import site; site.addsitedir('$sites')" > "$($venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/core.pth"
mkdir -p $venv/share && ln -sfn ../../.venv/share/jupyter $venv/share/jupyter  # the templates of pages
# Spark is published as source alone; what builds the wheel is locked with it and nothing else is fetched for it
pip="$venv/bin/python -m pip --disable-pip-version-check install -qq --require-hashes --no-deps --no-build-isolation"
builder=$venv/builder.lock
awk '/^[a-z0-9]/ {builder = /^setuptools==/} builder' .ci/spark.lock > $builder
$pip --only-binary=:all: -r $builder
$pip -r .ci/spark.lock
echo "$wanted" > $stamp

# Bare `make` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.PHONY: help setup year-end test test-long lab review bench bench-scale fuzz soak bundle test-bundle test-spark test-hub bench-hub lock clean

BIN := .venv/bin
EXPORTS ?=
AS_OF ?=
OUT ?=
workers := 2
# compiled modules are kept: without them every kernel takes three times as long to start
unexport PYTHONDONTWRITEBYTECODE

help: ## this list
	@echo "gy1100: 1+100 年度考核 · the year's assessment"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

setup: ## 安装到 .venv · set up .venv from requirements.lock
	@.ci/setup.sh

year-end: setup ## 年终考核 · the year-end assessment [EXPORTS=folder AS_OF=2018-03-02 OUT=folder]
	@$(BIN)/gy1100 year-end $(if $(EXPORTS),"$(EXPORTS)") $(if $(AS_OF),--as-of "$(AS_OF)") $(if $(OUT),--out "$(OUT)")

test: setup ## 检查与测试 · format, lint, types, tests (root: installs what .ci/debian.txt lists)
	@.ci/debian.sh
	@.ci/postgresql.sh
	@$(BIN)/ruff format --check --quiet . || { echo "run: .venv/bin/ruff format ."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/python -m pytest -q -n $(workers) --dist loadfile -m "not long" --cov --cov-report=term:skip-covered

test-long: setup ## 其余较慢的测试 · the tests that take long and watch what changes seldom
	@$(BIN)/python -m pytest -q -m long

lab: setup ## 打开中文 JupyterLab · JupyterLab in Chinese, at notebooks/start.ipynb
	@$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks/start.ipynb

review: setup ## 打开评审台 · the review desk [EXPORTS=folder PORT=8866]
	@$(BIN)/gy1100 review $(if $(EXPORTS),"$(EXPORTS)") $(if $(PORT),--port $(PORT))

bench: setup ## 测量速度 · measure speed, write output/bench.md
	@$(BIN)/python -m tests.benchmarks

bench-scale: setup ## 从一市到全国 · scoring from city to nation: growth, memory [SCALES="city province nation"]
	@$(BIN)/python -m tests.benchmarks.scale $(SCALES)

fuzz: setup ## 读取两万个损坏的文件 · read mutated files of every format [FILES=20000 SEED=1]
	@$(BIN)/python -m tests.fuzz $(or $(FILES),20000) $(or $(SEED),1)

soak: setup ## 八个进程写四千条决定，随机中断 · eight writers, killed at random [DECISIONS=4000 SEED=1]
	@$(BIN)/python -m tests.soak.ledger $(or $(DECISIONS),4000) --seed $(or $(SEED),1)

bundle: setup ## 无网络办公电脑的安装文件夹 · a folder for an office PC without a network [OUT=folder WINDOWS="3.13"]
	@$(BIN)/python .ci/office_pc.py "$(or $(OUT),output/office-pc)" $(if $(WINDOWS),--windows $(WINDOWS))

test-bundle: setup ## 在没有网络的空间里安装它 · install it inside a network namespace without network (root)
	@$(BIN)/python -m tests.office_pc

test-spark: setup ## 在两个工作节点的 Spark 集群上得同样的分 · the same figures on a Spark master with two workers (root: installs Java)
	@.ci/debian.sh debian-spark.txt
	@.ci/spark.sh
	@.venv-spark/bin/python -m pytest -q tests/spark/figures.py

test-hub: setup ## 经 JupyterHub 登录的评审台 · the desk behind JupyterHub, nginx with TLS and PostgreSQL (root: as make test)
	@.ci/debian.sh
	@.ci/postgresql.sh
	@.ci/hub.sh
	@$(BIN)/python -m pytest -q tests/hub/recipe.py

bench-hub: setup ## 一台机器容多少评审人 · how many assessors a machine holds [ASSESSORS="8 16 24"]
	@.ci/hub.sh
	@$(BIN)/python -m tests.benchmarks.hub $(ASSESSORS)

lock: setup ## 更新 requirements.lock 与 environment.yml · renew the lock and the conda environment
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --upgrade --quiet --output-file requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra postgresql --constraint requirements.lock --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet \
	  --output-file .ci/postgresql.lock $$(sed -n 's/^\([a-z0-9.-]*\)==.*/--no-emit-package \1/p' requirements.lock)
	@echo setuptools | $(BIN)/uv pip compile pyproject.toml - --extra spark --constraint requirements.lock --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet \
	  --output-file .ci/spark.lock $$(sed -n 's/^\([a-z0-9.-]*\)==.*/--no-emit-package \1/p' requirements.lock)
	@$(BIN)/uv pip compile --group hub --constraint requirements.lock --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --upgrade --quiet --output-file .ci/hub.lock
	@$(BIN)/python .ci/conda.py > environment.yml

clean: ## 删除 .venv 与缓存 · remove .venv and caches (output/ stays)
	@rm -rf .venv .venv-spark .venv-hub .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage* gy1100.egg-info
	@find . -name __pycache__ -type d -not -path './.venv*' -exec rm -rf {} +

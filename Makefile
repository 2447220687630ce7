# Tidemill: `make up` to work with it, `make test` to prove it. `make help` lists all.
.DEFAULT_GOAL := help
PY := .venv/bin/python
SHELL := /bin/bash

.PHONY: help install up dev check fix test e2e bench bench-ui lock docs

help: ## list the commands
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

install: ## install what is missing, build the studio
	@scripts/install.sh

up: ## start the platform; Ctrl-C stops it
	@scripts/install.sh && exec $(PY) manage.py up

dev: ## start with reload; the studio by vite at http://localhost:5173
	@scripts/install.sh dev && exec scripts/dev.sh

check: ## lint, types, import rules, generated files: changes nothing
	@scripts/install.sh dev && scripts/check.sh

fix: ## format and mend what can be mended
	@scripts/install.sh dev
	.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .
	cd frontend && npm run --silent format

test: ## all tests, with nothing prepared
	@scripts/test.sh

e2e: ## browser tests only
	@scripts/test.sh e2e

bench: ## measure, write docs/benchmarks.md
	@scripts/install.sh dev && $(PY) -m tests.bench && $(PY) -m tests.bench.idle && $(PY) -m tests.bench.documents && $(PY) -m tests.bench.knowledge && $(PY) -m tests.bench.engine && $(PY) -m tests.bench.insights

bench-ui: ## use the studio in Chromium with 500 steps, write docs/benchmarks.md
	@scripts/install.sh dev && CHROMIUM=$$(scripts/chromium.sh) $(PY) -m tests.bench.ui

lock: ## compile the hashed requirement files from pyproject.toml
	.venv/bin/uv pip compile pyproject.toml --python-version 3.11 --universal --generate-hashes --no-annotate --no-header -q -o requirements/base.txt
	.venv/bin/uv pip compile pyproject.toml --group dev --python-version 3.11 --universal --generate-hashes --no-annotate --no-header -q -o requirements/dev.txt

docs: ## regenerate what is generated: OpenAPI, frontend types, settings
	$(PY) manage.py generate_docs
	cd frontend && npm run --silent api

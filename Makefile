# Everything a person or CI runs. `make help` lists it.
# A bare Debian 12 with Python 3.11, pip, make and git is enough: uv is fetched with pip into .uv.

PYTHON ?= python3
PORT ?= 8000
UV := PYTHONPATH=.uv $(PYTHON) -m uv
BIN := .venv/bin
# Compiled once and kept, wherever this is set: a test run starts hundreds of processes.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup lock web demo demo-reset browser test e2e lint format bench bench-quick bench-soak bench-browser clean cover simulate faults look pictures tables

help: ## list what can be made
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

.uv/bin/uv:
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target .uv uv

.venv/.done: requirements.lock pyproject.toml | .uv/bin/uv
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv
	@$(UV) pip sync --quiet --require-hashes --python $(BIN)/python requirements.lock
	@$(UV) pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@touch $@

setup: .venv/.done ## make .venv from the hash-pinned lock

lock: | .uv/bin/uv ## pin again what pyproject.toml asks for
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
		--all-extras --group dev pyproject.toml --output-file requirements.lock
	$(UV) pip compile --quiet --universal --no-deps --generate-hashes --no-header --python-version 3.14 \
		client/web/requirements.in --output-file requirements-web.lock

APP_SOURCES := $(shell find client sync_protocol -name '*.py' -o -path 'client/web/*' -type f)

build/web/.done: .venv/.done requirements-web.lock $(APP_SOURCES)
	@$(BIN)/python -m client.web
	@touch $@

web: build/web/.done ## build the offline web app into build/web

demo: build/web/.done ## a sales territory to try: server, data, web app (PORT=8123 for another port)
	@$(BIN)/fieldbook-server demo --port $(PORT)

demo-reset: build/web/.done ## the demo from the beginning again
	@$(BIN)/fieldbook-server demo --port $(PORT) --reset

browser: .venv/.done ## find or install a Chromium for the browser tests
	@$(BIN)/python tests/e2e/browser.py

test: build/web/.done browser ## every test, a real Chromium included
	@$(BIN)/pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder  # as listed: the longest files first

e2e: build/web/.done browser ## only the tests in a real Chromium
	@$(BIN)/pytest tests/e2e tests/contract

cover: .venv/.done ## prove that the tests reach every branch of the sync engine
	@$(BIN)/pytest tests/unit/sync_protocol tests/property -q --cov=sync_protocol --cov-branch \
		--cov-report=term-missing:skip-covered --cov-fail-under=100

ROUTES ?= /

look: browser ## pictures of screens into build/look (ROUTES='/pipeline /accounts/{account}')
	@$(BIN)/python -m tests.look $(foreach route,$(ROUTES),'$(route)')

pictures: browser ## the pictures in the documents anew, from the demo company
	@$(BIN)/python -m tests.pictures

tables: .venv/.done ## the tables in docs/wire.md and docs/records.md anew, from the declarations
	@$(BIN)/python -m tests.unit.docs.wire_tables
	@$(BIN)/python -m tests.unit.docs.record_tables

TIMES ?= 1

faults: build/web/.done browser ## kill, cut, fill, lock and damage for real (TIMES=10: ten times in a row)
	@for run in $$(seq $(TIMES)); do \
		$(BIN)/pytest tests/faults tests/e2e/test_faults.py -q --numprocesses=auto --dist=loadfile || exit 1; \
	done

N ?= 300
SEED ?= 0
STORE ?= sqlite
PROCESSES ?=

simulate: .venv/.done ## many random runs with faults (N=3000 SEED=0 STORE=postgresql PROCESSES=1)
	@N=$(N) SEED=$(SEED) STORE=$(STORE) PROCESSES=$(PROCESSES) $(BIN)/python -m tests.simulation

bench: .venv/.done ## every goal with its figure and the floor, into docs/benchmarks.md
	@$(BIN)/python -m tests.benchmarks all --write
	@$(BIN)/python -m tests.benchmarks.big
	@$(BIN)/python -m tests.benchmarks.routes

bench-quick: .venv/.done ## the same on less, in two minutes, to see what a change does
	@$(BIN)/python -m tests.benchmarks quick

bench-soak: .venv/.done ## 500 devices on one server for ten minutes
	@$(BIN)/python -m tests.benchmarks soak

bench-browser: build/web/.done browser ## how long people wait on a large company's data, in Chromium
	@$(BIN)/python -m tests.benchmarks.browser
	@$(BIN)/python -m tests.benchmarks.stopwatch

lint: .venv/.done ## style, types, architecture
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: .venv/.done ## put the code in shape
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean: ## remove what was built (the demo's data stays)
	rm -rf .venv .uv build .mypy_cache .ruff_cache .pytest_cache

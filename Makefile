# make run    shows a traced outbreak on 127.0.0.1:8080
# make test   proves that it is right
# Both prepare what they need, inside this folder and the user's cache, and are quick the second time.

.DEFAULT_GOAL := help
.PHONY: help setup run test lint format bench bench-trace lock clean dev jars debian checks

VENV := .venv
BIN := $(VENV)/bin
# How many test processes, each with a Neo4j of its own (about 625 MB).
WORKERS ?= 2
# Which tests: make test TESTS=tests/graph
TESTS ?= tests
# The first interpreter that is a Python 3.11; make PYTHON=/path/to/python3.11 names another.
PYTHON ?= $(shell for p in python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo $$p && break; done)
PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
CATALOGUES = $(wildcard webapp/translations/*/LC_MESSAGES/*.po)

help:
	@echo "make run     an outbreak, traced, on http://127.0.0.1:8080"
	@echo "make test    every check and test"
	@echo "make setup   only prepare $(VENV); make lint, format, bench, lock, clean: see the Makefile"

setup: $(VENV)/install.stamp $(CATALOGUES:.po=.mo)

run: jars
	@exec $(BIN)/truyvet demo

# A file of tests stays with one process, for what its tests share. Files come in their order: the
# long ones of browsers and crashes first, many short ones of pages last, so that none idles at the end.
test: dev jars debian checks
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(TESTS)

lint: dev checks

checks: dev
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: dev
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

bench: setup
	@$(BIN)/truyvet bench trace-cypher --json

# Every figure, table and plot of docs/benchmarks.md; some 15 minutes on a quiet machine.
bench-trace: dev
	@for visits in 1000000 10000000 100000000; do \
	  $(BIN)/truyvet bench trace --visits $$visits --json > docs/benchmarks/trace-$$visits.json.new \
	  && mv docs/benchmarks/trace-$$visits.json.new docs/benchmarks/trace-$$visits.json || exit 1; \
	done
	@$(BIN)/python -m tests.bench.plots

dev: setup $(VENV)/dev.stamp

jars: setup
	@$(BIN)/python -m graph.server fetch

# Playwright drives Debian's Chromium by a program of its own, which wants libatomic. With strace the
# disk of a store can fail; without it those tests are not run.
debian:
	@command -v chromium >/dev/null && \
		$(BIN)/python -c 'import ctypes; ctypes.CDLL("libatomic.so.1")' 2>/dev/null && \
		{ command -v strace >/dev/null || [ "$$(id -u)" != 0 ]; } && exit 0; \
	if [ "$$(id -u)" != 0 ]; then \
		echo "The tests need Debian's Chromium and strace. Run: sudo apt-get install chromium libatomic1 strace" >&2; exit 1; \
	fi; \
	echo "Installing Debian's Chromium and strace ..."; \
	log=$$(mktemp); export DEBIAN_FRONTEND=noninteractive; \
	if apt-get update -qq </dev/null >"$$log" 2>&1 && \
		apt-get install -y -qq --no-install-recommends chromium libatomic1 strace fonts-dejavu-core </dev/null >>"$$log" 2>&1; \
	then rm -f "$$log"; \
	else tail -n 5 "$$log" >&2; rm -f "$$log"; \
		echo "They could not be installed: see above, or run: apt-get install chromium libatomic1 strace" >&2; \
		command -v chromium >/dev/null; \
	fi

$(VENV)/python.stamp:
	@if [ -z "$(PYTHON)" ]; then \
		echo "truyvet needs Python 3.11: apt-get install python3 python3-venv, or make PYTHON=/path/to/python3.11" >&2; exit 1; \
	fi
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python has no venv module here. Run: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/core.stamp: requirements/core.txt | $(VENV)/python.stamp
	@echo "Installing the packages of requirements/core.txt (about 250 MB the first time) ..."
	@$(PIP_INSTALL) --require-hashes --only-binary :all: -r requirements/core.txt
	@touch $@

$(VENV)/install.stamp: $(VENV)/core.stamp setup.cfg pyproject.toml
	@$(PIP_INSTALL) --quiet --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/core.stamp
	@echo "Installing the packages of requirements/dev.txt ..."
	@$(PIP_INSTALL) --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch $@

%.mo: %.po $(VENV)/core.stamp
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

# Writes the locks again from the .in files; LOCK="--upgrade" moves to newer releases.
lock: dev
	@for name in core dev cluster; do \
		env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL CUSTOM_COMPILE_COMMAND="make lock" \
		$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links \
		$(LOCK) --output-file requirements/$$name.txt requirements/$$name.in || exit 1; \
	done

clean:
	@rm -rf $(VENV) *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@rm -f $(CATALOGUES:.po=.mo)

# The commands of the README; CONTRIBUTING.md says what each check holds.

PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
LOCKED := .venv/locked
READY := .venv/ready
PIP := $(BIN)/pip install -qq --disable-pip-version-check --no-deps
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

.PHONY: serve setup test check lint lock clean

serve: setup
	@$(BIN)/comptoir serve --demo

setup: $(READY)

$(LOCKED): requirements.lock
	@test -n "$(PYTHON)" || { echo "Comptoir needs Python 3.11 or newer: none was found on the PATH." >&2; exit 1; }
	@echo "Setting up .venv from requirements.lock …"
	@$(PYTHON) -m venv --clear .venv
	@$(PIP) --require-hashes --requirement requirements.lock
	@touch $(LOCKED)

$(READY): $(LOCKED) pyproject.toml
	@$(PIP) --no-build-isolation --editable .
	@touch $(READY)

test: setup
	@$(BIN)/pytest --numprocesses auto

check: lint test

lint: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

lock:
	$(COMPILE) --all-extras pyproject.toml --output-file requirements.lock
	$(COMPILE) --extra telemetry pyproject.toml --constraints requirements.lock --output-file requirements-serve.lock
	echo hatchling | $(COMPILE) - --constraints requirements.lock --output-file requirements-build.lock

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis comptoir.db comptoir.db-shm comptoir.db-wal

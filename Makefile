# The commands of the README; CONTRIBUTING.md says what each check holds.

PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
LOCKED := .venv/locked
READY := .venv/ready
IDE := web/ide/assets/ready
IDE_FILES := graphiql/graphiql.min.css graphiql/graphiql.min.js react-dom/umd/react-dom.production.min.js react/umd/react.production.min.js
PIP := $(BIN)/pip install -qq --disable-pip-version-check --no-deps
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

.PHONY: serve setup ide test bench proof check lint lock clean

serve: setup
	@$(BIN)/comptoir serve --demo

setup: $(READY) $(IDE)

$(LOCKED): requirements.lock
	@test -n "$(PYTHON)" || { echo "Comptoir needs Python 3.11 or newer: none was found on the PATH." >&2; exit 1; }
	@echo "Setting up .venv from requirements.lock …"
	@$(PYTHON) -m venv --clear .venv
	@$(PIP) --require-hashes --requirement requirements.lock
	@touch $(LOCKED)

$(READY): $(LOCKED) pyproject.toml
	@$(PIP) --no-build-isolation --editable .
	@touch $(READY)

ide:
	@rm -f $(IDE)
	@$(MAKE) --no-print-directory $(IDE)

# The gateway serves a plain page where this fails, so set-up goes on; it is tried again when the lock changes, or by `make ide`.
$(IDE): web/ide/package-lock.json
	@mkdir -p $(@D)
	@if ! command -v npm >/dev/null; then \
		echo "GraphiQL needs npm, which is not on the PATH: /graphql shows a plain page until \`make ide\` finds it."; \
	elif cd web/ide && npm ci --silent && cp $(IDE_FILES:%=node_modules/%) assets; then \
		rm -rf node_modules; \
	else \
		echo "npm could not fetch GraphiQL: /graphql shows a plain page until \`make ide\` can."; \
	fi
	@touch $(IDE)

test: setup
	@$(BIN)/pytest --numprocesses auto

bench: setup
	@$(BIN)/python -m bench

proof: setup
	@$(BIN)/python -m bench.proof

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
	rm -rf .venv web/ide/assets web/ide/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis comptoir.db comptoir.db-shm comptoir.db-wal

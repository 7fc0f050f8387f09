# Everything from a fresh clone: each target sets up what it needs, once.
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(if $(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo yes),$(name))))
SOURCES := lint runner tests bench examples
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help install migrate rollback status verify lint check test test-system reliability bench accuracy locks examples docs clean

help: ## Say what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml
	@test -n "$(PYTHON)" || { echo "error: Python 3.11 or later is needed: make install PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[embedded,document,dev]'
	@touch $@

install: $(STAMP) ## Make .venv with everything in it

migrate: $(STAMP) ## Apply the pending migrations
	@$(BIN)/surefoot migrate

rollback: $(STAMP) ## Undo the last migration
	@$(BIN)/surefoot rollback

status: $(STAMP) ## Show what is applied
	@$(BIN)/surefoot status

verify: $(STAMP) ## Ask all checks of the manifest
	@$(BIN)/surefoot verify

lint: $(STAMP) ## Lint the migrations
	@$(BIN)/surefoot-lint

check: $(STAMP) ## Format, lint, types, generated pages
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/python -m surefoot_lint.pages --check docs
	$(BIN)/python -m surefoot.pages --check docs
	@$(BIN)/surefoot document --check
	$(BIN)/surefoot-lint

test: $(STAMP) ## Run the tests that need Python alone
	$(BIN)/pytest --numprocesses 2 --ignore tests/system

test-system: $(STAMP) ## Run the tests that need Debian's PostgreSQL 15, which root installs
	@tests/system/install.sh
	$(BIN)/pytest tests/system

reliability: $(STAMP) ## Cause every fault and write docs/reliability.md
	@tests/system/install.sh
	SUREFOOT_WRITE_RELIABILITY=1 $(BIN)/pytest tests/system

bench: $(STAMP) ## Measure the budgets, beside other programs
	$(BIN)/python bench/run.py

accuracy: $(STAMP) ## Count what Surefoot and squawk find, and write docs/accuracy.md
	PYTHONPATH=tests $(BIN)/python bench/accuracy.py

locks: $(STAMP) ## Measure on every PostgreSQL found which locks statements take, and write docs/locks.md
	$(BIN)/python bench/locks.py

examples: $(STAMP) ## Run all projects forward, back and forward, and count what they hold
	@$(BIN)/python examples/run.py

docs: $(STAMP) ## Write the generated pages
	$(BIN)/python -m surefoot_lint.pages docs
	$(BIN)/python -m surefoot.pages docs
	@$(BIN)/surefoot document

clean: ## Remove the environment, the caches and the embedded server's data
	rm -rf $(VENV) .surefoot .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist

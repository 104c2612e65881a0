# Everyday commands. Each one makes .venv and installs what it needs by itself, again only when
# pyproject.toml or constraints.txt changed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
PIP := $(BIN)/pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test check texts bench fuzz discord-spec clean

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUN_STAMP) ## start the engine, the bot and a Discord of this machine to try it in
	@$(BIN)/styleseal run

# Those of the bot wait for other processes most of the time, so that several run at once.
test: $(DEV_STAMP) ## run the tests (ARGS="-k name" goes to pytest)
ifeq ($(strip $(ARGS)),)
	@$(BIN)/python -m pytest -n 3 --dist worksteal tests/bot
	@$(BIN)/python -m pytest --ignore=tests/bot
else
	@$(BIN)/python -m pytest $(ARGS)
endif

check: $(DEV_STAMP) ## lint, format, types, import rules
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

texts: $(DEV_STAMP) ## bring the translations up to date, and say what is missing (ARGS=de begins a language)
	@$(BIN)/python -m bot.texts.catalogues $(ARGS)

bench: $(DEV_STAMP) ## measure what styles cost on this machine, into docs/benchmarks.md
	@$(BIN)/python -m bench --write docs/benchmarks.md

fuzz: $(DEV_STAMP) ## fuzz the readers of adapter files for ten minutes (Linux)
	@$(BIN)/python -c 'import atheris' 2>/dev/null || $(PIP) install -q -c constraints.txt -e '.[fuzz]'
	@OMP_NUM_THREADS=1 $(BIN)/python -m tests.fuzz.atheris_run --seconds 600 --corpus runs/fuzz

discord-spec: $(RUN_STAMP) ## fetch Discord's own description of its API, for the playground to check requests against
	@$(BIN)/python -m playground.fetch

clean: ## remove .venv, caches and build leftovers
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "StyleSeal needs Python 3.11 or newer, and '$(PYTHON)' is not. Install it, or name it: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make a virtual environment. On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "making $(VENV)"
	@$(PYTHON) -m venv $(VENV)

# The dev set contains the run set, so installing it satisfies both stamps.
$(DEV_STAMP): pyproject.toml constraints.txt | $(BIN)/pip
	@echo "installing StyleSeal and its development tools (the first time takes minutes)"
	@$(PIP) install -q -c constraints.txt -e '.[dev]'
	@touch $(RUN_STAMP) $@

$(RUN_STAMP): pyproject.toml constraints.txt | $(BIN)/pip
	@echo "installing StyleSeal (the first time takes minutes)"
	@$(PIP) install -q -c constraints.txt -e .
	@touch $@

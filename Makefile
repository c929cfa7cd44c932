# Two commands are all that is needed: `make demo` and `make test`. Both set everything up by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Tests start the bot hundreds of times: it must find itself compiled.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test lint bench torture load fuzz audit

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Shortlist needs Python 3.11 or later; say which with PYTHON=…")'
	@echo "Setting up $(VENV): a minute or two, once."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup
	$(BIN)/shortlist demo

# One process more than there are cores: tests wait now and then, and with many more they would wait for each other.
test: setup lint
	$(BIN)/python tests/chromium.py
	$(BIN)/python -m pytest -n $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --dist loadfile --no-loadscope-reorder

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict

bench: setup
	$(BIN)/python -m tests.bench

KILLS ?= 500
SEED ?=
BOTS ?= 3
POSTGRES ?=

# POSTGRES=1 takes a PostgreSQL server of its own instead of SQLite.
torture: setup
	$(BIN)/python -m tests.torture --kills $(KILLS) --seed "$(SEED)" --bots $(BOTS) $(if $(POSTGRES),--postgres)

load: setup
	$(BIN)/python -m tests.torture --load

# Throws 20,000 hostile bodies at a bot; SEED=N repeats a run.
fuzz: setup
	$(BIN)/python -m tests.fuzz --bodies $(or $(BODIES),20000) $(if $(SEED),--seed $(SEED))

# Asks a public list of known holes about what runs. It needs the network and pip-audit, which is no part of the lock;
# what needs neither is in `make test` (tests/test_supply.py).
audit:
	@command -v pip-audit >/dev/null || { echo "Install pip-audit first, for example with: pipx install pip-audit"; exit 1; }
	pip-audit --require-hashes --disable-pip --requirement requirements-run.lock

# Everything a person or CI runs. `make study` and `make test` do all set-up by themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
RUNTIME := $(VENV)/.runtime-installed
DEVELOPMENT := $(VENV)/.development-installed
BENCHMARKS := $(VENV)/.benchmarks-installed
export OMP_NUM_THREADS ?= 1
# Our files are compiled once, not anew at each of some thousand starts of a program in the tests.
export PYTHONDONTWRITEBYTECODE :=
SHELL := bash

# The tests that touch days run once more around midnight and the rollover, in three zones.
DAYS := tests/studytui/plain tests/studytui/sessions tests/studytui/test_memory_commands.py \
	tests/studytui/test_stats.py
CLOCKS := 23:58,Pacific/Auckland 00:58,America/St_Johns 03:58,Asia/Kolkata

.PHONY: setup study test check soak bench pictures evening clean

setup: $(RUNTIME)

study: $(RUNTIME)
	$(BIN)/studytui

test: check
	$(BIN)/python -m pytest -n 2 --dist worksteal --ignore tests/benchmarks
	@for clock in $(CLOCKS); do echo "at $$clock"; STUDYTUI_TEST_CLOCK="$${clock//,/ }" \
		$(BIN)/python -m pytest -q -n 2 -m 'not timeless' $(DAYS) || exit 1; done

check: $(DEVELOPMENT)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# With Anki itself as the yardstick of packages. A part of it: make soak PART=tests/db/storage
soak: $(BENCHMARKS)
	STUDYTUI_SOAK=1 $(BIN)/python -m pytest -n 2 --dist load --maxschedchunk 1 \
		--ignore tests/benchmarks $(PART)

bench: $(BENCHMARKS)
	$(BIN)/python -m pytest tests/benchmarks -q -s -p no:xdist --override-ini testpaths=tests/benchmarks

# An evening in the app, played through with keys in tmux, as pictures.
pictures: $(RUNTIME)
	$(BIN)/python docs/evening.py docs/evening

# The same in a small and a large window: it ends with an error where something never comes.
evening: $(RUNTIME)
	for size in 80x24 200x60; do $(BIN)/python docs/evening.py $(VENV)/evening $$size || exit 1; done

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "StudyTUI needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "On Debian and Ubuntu: apt install python3-venv"; exit 1; }

$(RUNTIME): $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing StudyTUI into $(VENV) (torch is large: this takes some minutes the first time)"
	$(PIP) install -c constraints.txt -e .
	@touch $@

$(DEVELOPMENT): $(RUNTIME)
	$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@

$(BENCHMARKS): $(DEVELOPMENT)
	$(PIP) install -c constraints.txt -e '.[dev,bench]'
	@touch $@

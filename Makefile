# Everything a person or a pipeline does here. `make demo` and `make test` need nothing but Python 3.11 and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SUITES ?= ../shared/suites
REPORT := hardstand-report.html

.PHONY: demo test check quick lint types imports docs docs-fresh agreement bench lock clean

demo: $(VENV)/.runtime
	@$(BIN)/hardstand scan examples/shop --output $(REPORT) || test $$? -lt 3 && test -s $(REPORT)
	@echo
	@echo "The same report as a page, with search and filters: $(REPORT)"

test: $(VENV)/.dev
	$(BIN)/pytest -n auto

check: quick test

quick: lint types imports docs-fresh

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports --no-cache

docs: $(VENV)/.dev
	$(BIN)/python scripts/docs.py

docs-fresh: $(VENV)/.dev
	$(BIN)/python scripts/docs.py --check

agreement: $(VENV)/.dev
	$(BIN)/python -m agreement $(SUITES)

bench: $(VENV)/.runtime
	$(BIN)/python benchmarks/scan.py --apps 100 500 1000
	$(BIN)/python benchmarks/baseline.py

LOCK := $(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-header --no-annotate \
  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --build-deps-for editable --extra helm --extra cel --extra cluster --extra gate \
  --extra solver --extra postgres --extra review

lock: | $(VENV)/bin/python
	$(BIN)/pip install --quiet pip-tools
	mkdir -p requirements
	$(LOCK) --output-file requirements/runtime.txt pyproject.toml
	$(LOCK) --extra dev --output-file requirements/dev.txt pyproject.toml

clean:
	rm -rf $(VENV) .cache build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis $(REPORT)

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml | $(VENV)/bin/python
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.runtime

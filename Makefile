# Outturn. Two commands to know: make demo, make test. Everything else: make help.

PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
UV     := $(shell command -v uv 2>/dev/null)
FOLDER ?= demo-output
PEOPLE ?= 5000
JOBS   ?= 2
COUNCILS ?= 4000

.DEFAULT_GOAL := help
.PHONY: help install demo test bench soak lint format types layers docs-check lock clean

help: ## List what can be done
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: $(READY) ## Make .venv with everything, from the locked versions

$(READY): requirements.lock pyproject.toml
ifneq ($(UV),)
	uv venv --quiet --allow-existing --python $(PYTHON) $(VENV)
	uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
else
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
endif
	@touch $(READY)

demo: $(READY) ## Live two pay periods of a made-up county (PEOPLE=5000, FOLDER=demo-output)
	$(BIN)/outturn demo --people $(PEOPLE) --folder $(FOLDER)

test: $(READY) ## Every test, on SQLite and on a real PostgreSQL
	$(BIN)/pytest -q -n $(JOBS) --dist loadfile

bench: $(READY) ## Measure speed against the floor (docs/bench.md)
	$(BIN)/python -m tests.bench.payruns
	$(BIN)/python -m tests.bench.assessment
	$(BIN)/python -m tests.bench.assessments_stored
	$(BIN)/python -m tests.bench.charges
	$(BIN)/python -m tests.bench.documents

soak: $(READY) ## The laws on many more histories, simulated councils, kills and races (COUNCILS=4000, many hours)
	$(BIN)/pytest -q -n $(JOBS) -m "soak or not soak" tests/laws
	for kind in sqlite postgresql; do $(BIN)/python -m tests.simulation --councils $(COUNCILS) --years 2.5 --database $$kind \
	  && $(BIN)/python -m tests.simulation.kills --count 1000 --database $$kind \
	  && $(BIN)/python -m tests.simulation.races --count 1000 --database $$kind || exit 1; done

lint: $(READY) ## ruff
	$(BIN)/ruff check .

format: $(READY) ## Put imports in order and mend what ruff can mend
	$(BIN)/ruff check --fix .

types: $(READY) ## mypy --strict
	$(BIN)/mypy

layers: $(READY) ## import-linter: imports only point down
	$(BIN)/lint-imports --no-logo

docs-check: $(READY) ## Every link and every command in the documents
	$(BIN)/pytest -q tests/architecture/test_documents.py

lock: ## Resolve the newest allowed versions into requirements.lock (needs uv)
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --extra dev --extra postgres \
		--no-header --no-emit-index-url --no-annotate pyproject.toml --output-file requirements.lock

clean: ## Remove .venv and everything made
	rm -rf $(VENV) demo-output bench-output build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

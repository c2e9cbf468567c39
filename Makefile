# Outturn. Two commands to know: make demo, make test. Everything else: make help.

# A Python that fits pyproject.toml is found by .ci/install; to name another: make demo PYTHON=/path/to/python3.12
VENV   := .venv
BIN    := $(VENV)/bin
FOLDER ?= demo-output
PEOPLE ?= 5000
JOBS   ?= $(shell n=$$(nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2); echo $$((n < 2 ? 2 : n > 8 ? 8 : n)))

# What is compiled is kept, whatever the machine’s habit: tests begin some thousand commands.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install demo test test-both quick smoke check wheel-check bench soak lint format types layers docs-check lock clean

help: ## List what can be done
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: ## Make .venv with everything, from the locked versions (PYTHON=/path/to/python3.12)
	@VENV="$(VENV)" .ci/install

demo: install ## Live two pay periods of a made-up county (PEOPLE=5000, FOLDER=demo-output)
	$(BIN)/outturn demo --people $(PEOPLE) --folder $(FOLDER)

test: install ## Every test, each on SQLite or on a real PostgreSQL as the run draws (tests/drawing.py)
	$(BIN)/pytest -q -n $(JOBS) --dist worksteal

test-both: install ## Every test, each on SQLite and on a real PostgreSQL
	DATABASES=sqlite,postgresql $(BIN)/pytest -q -n $(JOBS) --dist worksteal

quick: install ## The quick part of the tests, on SQLite: rules, ledger, files in and out, papers
	DATABASES=sqlite $(BIN)/pytest -q -n $(JOBS) --dist worksteal tests/finance tests/ledgers tests/payruns \
		tests/interfaces/files tests/interfaces/documents --ignore tests/interfaces/files/outbound/test_killed.py \
		--deselect tests/finance/assessment/test_one_and_many.py

smoke: install ## What another Python could break, in a minute or two: dataflows, the ledger, workbooks read, papers made
	DATABASES=sqlite $(BIN)/pytest -q tests/finance/test_dataflows.py tests/finance/test_money.py tests/finance/test_timelines.py \
		tests/finance/care_costs tests/ledgers tests/interfaces/files/inbound/readers tests/interfaces/documents

wheel-check: install ## Install the wheel by itself, with the newest versions allowed and the oldest, and try it
	$(BIN)/pytest -q -m wheel tests/wheel

bench: install ## Measure speed against the floor (docs/bench.md)
	$(BIN)/python -m tests.bench.payruns
	$(BIN)/python -m tests.bench.assessment
	$(BIN)/python -m tests.bench.assessments_stored
	$(BIN)/python -m tests.bench.charges
	$(BIN)/python -m tests.bench.documents
	$(BIN)/python -m tests.bench.remittance
	$(BIN)/python -m tests.bench.start

soak: install ## The laws on many more histories, damaged files, simulated councils, kills and races (many hours; goes on where it stopped)
	$(BIN)/pytest -q -n $(JOBS) -m "soak or not soak" tests/laws
	@$(MAKE) --no-print-directory test-both
	ODD_LINES=20000 $(BIN)/pytest -q tests/interfaces/cli/frame/test_odd_arguments.py
	$(BIN)/python -m tests.soak --log soak-output/soak.jsonl --seed $$(date +%Y%m%d)00

check: install ## All that .ci/run asks on one Python: lint, format, types, layers, every test, the wheel
	@$(MAKE) --no-print-directory lint types layers test wheel-check

lint: install ## ruff: rules, and whether every file is formatted
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: install ## Format every file, put imports in order, mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: install ## mypy --strict
	$(BIN)/mypy

layers: install ## import-linter: imports only point down
	$(BIN)/lint-imports --no-logo

docs-check: install ## Every link, command, file and module that a paper or docstring names is there
	$(BIN)/pytest -q tests/architecture/test_documents.py tests/architecture/test_paths.py tests/architecture/test_contributing.py

lock: ## Resolve the newest allowed versions into requirements.lock (needs uv)
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --extra dev --extra postgres \
		--no-header --no-emit-index-url --no-annotate pyproject.toml --output-file requirements.lock

clean: ## Remove .venv and everything made
	rm -rf $(VENV) demo-output bench-output soak-output build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

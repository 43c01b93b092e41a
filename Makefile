# make run and make test do all the set-up; they need Python 3.11 or newer, and nothing else.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
DEMO := SWA_MODE=demo SWA_PORT=$(PORT)
# Plain pip with the pinned hashes; no index is named, so the machine's own settings decide.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help install run demo-reset test test-quick heavy soak lint format bench pictures mutants pins

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(INSTALLED) ## Make the virtual environment with the pinned packages

$(INSTALLED): requirements/development.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned packages (a minute or two the first time) …"
	$(PIP) install --require-hashes -r requirements/development.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

run: $(INSTALLED) ## Serve the product with demo data; PORT=8000 chooses the port
	@$(DEMO) $(BIN)/swa db upgrade
	@$(DEMO) $(BIN)/swa demo --if-empty
	@$(DEMO) $(BIN)/swa serve

demo-reset: $(INSTALLED) ## Throw the demo data away and make it afresh
	@$(DEMO) $(BIN)/swa demo --reset

test: $(INSTALLED) ## Run the whole suite, on SQLite and on PostgreSQL where there is one
	$(BIN)/python .ci/suite.py

test-quick: $(INSTALLED) ## Run the tests without the browser, on SQLite
	$(BIN)/python -m pytest -n 2 -m "not browser and not heavy"

heavy: $(INSTALLED) ## Run the long checks at the figures of the scorecard, on both databases
	SWA_FIGURES=ci $(BIN)/python .ci/suite.py figures

soak: $(INSTALLED) ## Run the long checks for hours with random seeds, before a release
	SWA_FIGURES=soak $(BIN)/python .ci/suite.py figures

lint: $(INSTALLED) ## Check format, style, types, contracts and templates
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates

format: $(INSTALLED) ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(INSTALLED) ## Measure, as ratios inside one run, each with its control
	$(BIN)/python -m bench

mutants: $(INSTALLED) ## Put each seeded bug in and see its check turn red
	$(BIN)/python -m tests.mutants

pictures: $(INSTALLED) ## Take the screenshots of the README from the running product
	PYTHONPATH=. $(BIN)/python .ci/pictures.py

pins: $(INSTALLED) ## Write requirements/*.txt afresh from the *.in files
	cd requirements && for name in runtime development; do \
	  ../$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url --no-emit-find-links --quiet --upgrade $$name.in -o $$name.txt; done

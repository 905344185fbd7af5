# Everything a person types. `make help` lists it.
PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3.11)
RUN := .venv/bin/python
export PORT DEMO_DATA ALLOW_SKIPS H5P_PACKAGES

.DEFAULT_GOAL := help
.PHONY: help demo setup test test-fast lint format torture bench h5p-types h5p-service h5p-compat

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## install what is needed, load the demo and serve it at http://localhost:8000 (PORT=, DEMO_DATA=)
	@$(PYTHON) -m scripts.demo

h5p-service: ## run the H5P authoring service alone, on loopback, for a demo beside it (PORT=9000, H5P_CORE=, H5P_EDITOR=)
	@$(PYTHON) -m scripts.setup --quiet
	@$(RUN) -m scripts.h5p_service

h5p-compat: ## play every .h5p of a folder in a browser: started, recorded, resumed? (H5P_PACKAGES=<folder>)
	@$(PYTHON) -m scripts.setup --quiet
	@$(RUN) -m scripts.h5p_compat

setup: ## install everything that developing needs, and nothing else
	@$(PYTHON) -m scripts.setup

test: ## run every check and test, on SQLite, PostgreSQL and in a browser (ALLOW_SKIPS=1 lets a part be left out)
	@$(PYTHON) -m scripts.run_tests

test-fast: ## the checks of the text and the tests on SQLite: under two minutes
	@$(PYTHON) -m scripts.run_tests --fast

lint: ## the checks of the text alone: style, templates, types, imports, migrations
	@$(PYTHON) -m scripts.run_tests --lint

format: ## put Python and templates into our style
	@$(PYTHON) -m scripts.setup --quiet
	@$(RUN) -m ruff check --fix --quiet . || true
	@$(RUN) -m ruff format .
	@$(RUN) -m djlint --reformat --quiet templates || true

torture: ## the long fault, load and scale loops: minutes to hours (ROUNDS=50)
	@$(PYTHON) -m scripts.run_tests --torture

bench: ## measure this system, its peer and a floor; prints a table and writes build/bench.json
	@$(PYTHON) -m scripts.setup --quiet
	@$(RUN) -m bench.run

h5p-types: ## our own H5P content types with their packages, from h5p/ to build/h5p/*.h5p
	@$(PYTHON) -m scripts.build_h5p

# `make demo` and `make test` do all the set-up they need, in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2

.PHONY: help demo test fuzz bench check format build clean
help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ -/'

demo: $(VENV)/ready ## run the main job on a few photographs and say where the results are
	$(BIN)/irloom demo

test: $(VENV)/ready ## every test that needs no accelerator, no browser and no network, in about fifteen minutes on two cores
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n $(WORKERS) --dist worksteal

fuzz: $(VENV)/ready ## damage files of a run of every flow at random, and see that every reader tells it, in half an hour
	PYTHONPATH=tests $(BIN)/python -m damage.fuzz --rounds 1000

bench: $(VENV)/ready ## throughput, memory, recovery, a soak and models, over an hour (benchmarks/README.md)
	for name in throughput memory evaluation detect sets recovery soak models figures edits retrieval; do $(BIN)/python -m benchmarks.$$name || exit 1; done

check: $(VENV)/ready ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/ready ## format and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

build: $(VENV)/ready ## the wheel, through the sdist, into dist/
	rm -rf dist
	$(BIN)/python -m build

clean: ## remove the environment and what was built
	rm -rf $(VENV) dist demo-run demo-run-figure demo-run-edits .mypy_cache .ruff_cache .pytest_cache

$(VENV)/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "irloom needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 …"; exit 1; }
	@echo "Setting up $(VENV) (once; about 6 GB, because torch brings its CUDA libraries) …"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

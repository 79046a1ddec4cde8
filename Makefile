# make run    set everything up and open the studio (or run the demo where there is no terminal)
# make test   set everything up and run every check
# make bench  run the benchmarks, each beside its peer
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run test check-format check-lint check-types check-imports check-tests bench format clean

run: $(READY)
	@if [ -t 0 ] && [ -t 1 ]; then exec $(BIN)/curator; \
	else echo "There is no terminal here, so the demo runs instead of the studio."; \
	exec $(BIN)/curator demo; fi

test: check-format check-lint check-types check-imports check-tests

check-format: $(READY)
	$(BIN)/ruff format --check .

check-lint: $(READY)
	$(BIN)/ruff check .

check-types: $(READY)
	$(BIN)/mypy

check-imports: $(READY)
	$(BIN)/lint-imports

check-tests: $(READY)
	$(BIN)/pytest -n 2 --dist worksteal

bench: $(READY)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev,bench]'
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Curator needs Python 3.11 or newer; $(PYTHON) is older or not there. Try: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $(READY)

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

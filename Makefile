# Every target builds the environment it needs in .venv, so each works as the first command after a clone.
# Needed beforehand: Python 3.11 or newer, and make. `make PYTHON=/path/to/python3.11 test` names the interpreter.

BIN := .venv/bin
CORE := .venv/.core-installed
DEV := .venv/.dev-installed
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
PYTEST := $(BIN)/python -m pytest
WORKERS ?= 2
# Small products of matrices: beside other workers, more threads than one take ten times as long.
export OPENBLAS_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test check slow bench clean

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /make \1|/p' $(firstword $(MAKEFILE_LIST)) | while IFS='|' read -r target text; \
	do printf '%-12s %s\n' "$$target" "$$text"; done

demo: $(CORE)  ## run the baseline scenario into runs/baseline, or into runs/baseline-2, -3 ... if that is taken
	@out=runs/baseline; n=2; \
	while [ -e "$$out" ]; do out=runs/baseline-$$n; n=$$((n + 1)); done; \
	mkdir -p runs; \
	echo "careersim run configs/baseline.yaml --out $$out"; \
	$(BIN)/careersim run configs/baseline.yaml --out "$$out"

test: $(DEV)  ## run the default tests
	$(PYTEST) -n $(WORKERS) --dist loadfile

check: $(DEV)  ## style, types, import floors and the default tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(PYTEST) -n $(WORKERS) --dist loadfile

slow: $(DEV)  ## full-size statistical tests and timings, one after the other
	$(PYTEST) -m "slow or speed"

bench: $(DEV)  ## timings only; kept in .benchmarks to compare with
	@$(PYTEST) tests $(wildcard benchmarks) -m speed --benchmark-autosave \
	  -W default::pytest_benchmark.logger.PytestBenchmarkWarning || \
	{ status=$$?; [ $$status -eq 5 ] || exit $$status; }

clean:  ## remove builds and caches; keeps runs and .venv
	rm -rf build dist site .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov
	find careersim calibration tests -name __pycache__ -type d -prune -exec rm -rf {} +

# python3 is asked last: on some machines it is older than 3.11.
$(BIN)/python:
	@python="$(PYTHON)"; \
	if [ -z "$$python" ]; then \
	  for candidate in python3.11 python3.12 python3.13 python3; do \
	    if $$candidate -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; \
	    then python=$$candidate; break; fi; \
	  done; \
	fi; \
	if [ -z "$$python" ]; then \
	  echo "careersim needs Python 3.11 or newer with venv; name one with make PYTHON=/path/to/python3.11" >&2; exit 1; \
	fi; \
	"$$python" -m venv .venv

$(CORE): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing careersim into .venv; this takes a minute or two the first time."
	@$(INSTALL) -e .
	@touch $@

$(DEV): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing careersim and its development tools into .venv; this takes a minute or two the first time."
	@$(INSTALL) -e '.[dev]'
	@touch $(CORE) $@

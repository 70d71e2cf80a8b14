# `make demo` and `make test` need Python 3.11 or later and make, and no step before them.
# Another interpreter: make test PYTHON=python3.13

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$python && break; done)
UV ?= uv
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --no-input --disable-pip-version-check

.PHONY: demo test bench lock words clean
.DELETE_ON_ERROR:

demo: .venv/ready
	@$(BIN)/huxue demo

# Where there is room, the tests' databases live in memory: a thousand of them are made and thrown away.
MEMORY := $(shell df --output=avail,target /dev/shm 2>/dev/null | awk '$$1 > 4000000 && $$2 == "/dev/shm" { print $$2 }')

# Every check runs, also after one that fails; pytest comes last, so its closing line does too.
test: .venv/ready
	@failed=; \
	if [ -n "$(MEMORY)" ]; then export TMPDIR=$(MEMORY); fi; \
	for check in 'ruff check' 'ruff format --check' 'mypy' 'lint-imports' 'pytest -n auto'; do \
		echo "== $$check"; \
		$(BIN)/$$check || failed="$$failed [$$check]"; \
	done; \
	if [ -n "$$failed" ]; then echo "Failed:$$failed" >&2; exit 1; fi

# All figures but those against Timefold (docs/benchmarks.md); a quarter of an hour, and 4 GiB of memory.
# Only some of them: make bench BENCH='city command --seeds 1'
bench: .venv/ready
	@$(BIN)/python -m benchmarks $(BENCH)

# The environment is built anew when the lock changes, so that nothing but the lock is in it.
.venv/locked: requirements.lock
	@[ -n "$(PYTHON)" ] || { echo 'Python 3.11 or later is needed: make PYTHON=/path/to/python3' >&2; exit 1; }
	@echo 'Installing the locked packages into .venv (once; a minute or two)' >&2
	@$(PYTHON) -m venv --clear .venv
	@$(PIP) install --require-hashes --requirement requirements.lock
	@touch $@

.venv/ready: .venv/locked pyproject.toml $(shell find web -name node_modules -prune -o -name static -prune -o -type f ! -name '*.py[co]' ! -name '*.mo' -print)
	@echo "Installing huxue itself, and building its pages" >&2
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# For who changes what the pages say: enters new texts into the catalogue, to be translated there.
words: .venv/ready
	@$(BIN)/python -m web.catalogue

# For who changes the dependencies: writes the newest fitting versions, with hashes. Needs uv.
lock:
	@command -v $(UV) >/dev/null || { echo 'make lock needs uv, or: make lock UV=/path/to/uv' >&2; exit 1; }
	$(UV) pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes \
		--no-header --no-annotate --no-emit-index-url --extra dev --output-file requirements.lock pyproject.toml
	$(UV) pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes --constraint requirements.lock \
		--no-header --no-annotate --no-emit-index-url --extra cluster --extra oidc --output-file service.lock pyproject.toml

clean:
	rm -rf .venv build dist demo web/node_modules web/static .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

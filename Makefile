# Everything a person does here is one of these words. Needed: make and Python 3.11 or newer, nothing else.

PORT ?= 8000
V := .venv
PY := $(V)/bin/python
# Extra words for pytest: make test ARGS="tests/test_engines.py -k cores"
ARGS ?=
# Labelled data for bench-import; by default those that lie beside the project, if they do
DATA ?=
# Where `screenshots` puts its pictures
SCREENSHOTS ?= docs/screenshots
# How large a record the bench is about: tiny, small (20,000 claims) or full (1,000,000)
SIZE ?= small

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_ROOT_USER_ACTION = ignore
export PYTHONDONTWRITEBYTECODE ?= 1

.DEFAULT_GOAL := help
.PHONY: help run test test-slow screenshots bench bench-import bench-match lint format lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r word what; do printf '  make %-13s %s\n' "$$word" "$$what"; done

run: $(V)/runtime.ok ## the demo with its two sample texts, on http://127.0.0.1:8000 (PORT=9000 for another)
	@exec $(PY) manage.py demo --port $(PORT)

test: $(V)/dev.ok ## all fast tests, on SQLite and on PostgreSQL (SEED=7 for another order and sample)
	@$(PY) -m tests.engines fast $(ARGS)

test-slow: $(V)/slow.ok ## browser, load and fault tests (SAMPLE=1 for a sample of each)
	@$(PY) -m tests.engines slow $(ARGS)

bench: $(V)/dev.ok ## each request beside a floor and a naive peer (SIZE=full, COMPARE=past.json); needs wrk
	@$(PY) -m tests.bench $(SIZE) $(if $(COMPARE),--against $(COMPARE)) $(ARGS)

bench-import: $(V)/dev.ok ## how well and how fast articles are read (DATA=folder with labelled data)
	@$(PY) -m tests.bench.importing $(DATA) $(ARGS)

bench-match: $(V)/dev.ok ## how well and how fast claims on record are found (DATA=folder; SIZE=full: in 1,000,000 claims)
	@$(PY) -m tests.bench.matching $(if $(filter command environment,$(firstword $(origin SIZE))),--size $(SIZE),$(DATA)) $(ARGS)

screenshots: $(V)/slow.ok ## pictures of the pages, in SCREENSHOTS (docs/screenshots); needs Chromium
	@SCREENSHOTS=$(abspath $(SCREENSHOTS)) $(PY) -m pytest -q -n 0 tests/browser/test_walk.py tests/browser/test_desk_walk.py -k "1280-light-True or 320-dark-True or published" $(ARGS)

lint: $(V)/dev.ok ## style, templates, types, forgotten migrations
	$(V)/bin/ruff check .
	$(V)/bin/ruff format --check .
	$(V)/bin/djlint --lint --quiet templates api/templates
	# Our tests first: a library installs a package of the same name.
	PYTHONPATH=. $(V)/bin/mypy
	DJANGO_SETTINGS_MODULE=tests.settings $(PY) manage.py makemigrations --check --dry-run

format: $(V)/dev.ok ## put every Python file into the one style
	$(V)/bin/ruff check --fix-only .
	$(V)/bin/ruff format .

# --- The virtual environment ---
# One environment, three sizes. Each lock contains the smaller ones at the same versions, so that the sizes agree
# and `make run` never installs what only tests need.

$(V)/runtime.ok: requirements.txt
$(V)/dev.ok: requirements-dev.txt
$(V)/slow.ok: requirements-slow.txt
$(V)/runtime.ok $(V)/dev.ok $(V)/slow.ok: | $(V)/made
	@echo "Installing $(firstword $(filter requirements%,$^)) into $(V) ..."
	@$(PY) -m pip install --quiet --require-hashes -r $(firstword $(filter requirements%,$^))
	@touch $@

# Debian leaves ensurepip out of python3; virtualenv, fetched beside, then does the same work.
$(V)/made:
	@rm -rf $(V); \
	for candidate in $(or $(PYTHON),python3.11 python3 python3.14 python3.13 python3.12); do \
	  "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { python="$$candidate"; break; }; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "factcheck needs Python 3.11 or newer and found $$($(or $(PYTHON),python3) --version 2>/dev/null || echo none). Install python3.11, or name one: make run PYTHON=/path/to/python3.11" >&2; exit 1; \
	fi; \
	echo "Making $(V) with $$($$python --version) ..."; \
	if $$python -c 'import ensurepip, venv' 2>/dev/null; then \
	  $$python -m venv $(V); \
	elif $$python -m pip --version >/dev/null 2>&1; then \
	  $$python -m pip install --quiet --target .bootstrap --upgrade --require-hashes -r requirements-bootstrap.txt && \
	  PYTHONPATH=.bootstrap $$python -m virtualenv --quiet $(V); \
	else \
	  echo "This Python can make no virtual environment: it has neither ensurepip nor pip. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; \
	fi
	@touch $@

# --- The locks ---
# Made by uv for all systems and all supported Pythons at once. The three --no-emit options and --no-header keep this
# machine's index and paths out of them. Existing pins stay; make lock UPGRADE=--upgrade lifts all of them.

UPGRADE ?=
COMPILE = env -u PIP_FIND_LINKS -u UV_FIND_LINKS build/lock/bin/uv pip compile --no-config --quiet --universal --python-version 3.11 \
  --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-build-options --no-header --no-annotate $(UPGRADE)

lock: $(V)/made ## write the six lock files anew from pyproject.toml
	@test -x build/lock/bin/uv || { $(PY) -m venv build/lock && build/lock/bin/pip install --quiet 'uv~=0.13'; }
	$(COMPILE) pyproject.toml --output-file requirements.txt
	$(COMPILE) pyproject.toml --extra semantic --constraint requirements.txt --output-file requirements-semantic.txt
	$(COMPILE) pyproject.toml --extra files --constraint requirements-semantic.txt --output-file requirements-files.txt
	$(COMPILE) pyproject.toml --extra dev --constraint requirements-semantic.txt --constraint requirements-files.txt --output-file requirements-dev.txt
	$(COMPILE) pyproject.toml --extra dev --extra slow --constraint requirements-dev.txt --output-file requirements-slow.txt
	echo 'virtualenv~=21.0' | $(COMPILE) - --output-file requirements-bootstrap.txt

clean: ## remove what make made; databases in var/ stay
	rm -rf $(V) .bootstrap build .pytest_cache .mypy_cache .ruff_cache .hypothesis var/static var/test-files var/test-template
	find . -name __pycache__ -type d -not -path './.git/*' -exec rm -rf {} +

# Every target works on a bare Debian machine with python3, python3-venv, make and git.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.dev
# Where the unit tests keep their databases: in memory if there is room, for a disk takes its time over each transaction.
QUICK = $(shell test "$$(df -k --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 200000 2>/dev/null && test -w /dev/shm && echo /dev/shm || echo "$${TMPDIR:-/tmp}")

.PHONY: help venv check test fmt demo install uninstall lock clean

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  \033[36mmake %-10s\033[0m %s\n", $$1, $$2}'

venv: $(STAMP)  ## a virtual environment with everything that the tests need

$(STAMP): requirements/dev.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing locked dependencies into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . 2>/dev/null || \
	 $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

fmt: $(STAMP)  ## format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

check: $(STAMP)  ## format, lint, types, import contracts, unit tests: seconds
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy -n 2
	@said=$$($(BIN)/lint-imports --no-cache) || { echo "$$said"; exit 1; }
	@PYTHONDONTWRITEBYTECODE= PYTEST_DEBUG_TEMPROOT=$(QUICK) $(BIN)/python -m pytest -q -m "not heavy" -n auto

test: check  ## what the README promises: the checks and the unit tests

demo: $(STAMP)  ## one line's whole story in a minute
	@$(BIN)/billing-monitor demo

install:  ## put the service on this machine (as root; again to upgrade)
	@DESTDIR='$(DESTDIR)' PYTHON='$(PYTHON)' systemd/install install

uninstall:  ## take it away; settings and state stay unless PURGE=1
	@DESTDIR='$(DESTDIR)' PURGE='$(PURGE)' systemd/install uninstall

lock:  ## write the locked requirements anew (needs uv)
	@for x in "dev --extra postgres --extra web --extra charts --extra mqtt --extra xmpp --group dev" "run --extra postgres --extra web"; do set -- $$x; out=$$1; shift; \
	  uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links pyproject.toml $$@ -o requirements/$$out.txt; done

clean:  ## remove what was built here
	@rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .hypothesis .coverage*

# Everything lives in .venv; a stamp in it remembers which lock it was made from.

SHELL := /bin/sh
VENV := .venv
PYTHON := $(VENV)/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1

VLLM := .venv-vllm

.PHONY: run test coverage long lint lock run-vllm test-vllm clean help

help:
	@echo "make run    set up, start the arena with its demo contestants, page on port 7860"
	@echo "make test   set up, run every test (what needs Chromium, PostgreSQL or nginx is skipped where absent)"
	@echo "make coverage   the pure rooms again, refusing less than every branch"
	@echo "make long   the crash and tampering suites at full length (hours)"
	@echo "make run-vllm   set up vLLM for the CPU (3 GB), start the arena before three small real models"
	@echo "make test-vllm  the tests against real vLLM (minutes)"
	@echo "make lint   ruff and mypy"
	@echo "make lock   renew the lock files from pyproject.toml"

run: $(VENV)/.run
	@$(PYTHON) app.py serve

test: $(VENV)/.test lint
	@$(VENV)/bin/pytest -n 3 --dist loadfile --no-loadscope-reorder # one more than two cores: half of the time tests wait

# The rooms that decide: every branch of them is taken by a test.
coverage: $(VENV)/.test
	@$(VENV)/bin/pytest -q -n 2 --dist loadfile tests/contest tests/ledger tests/ratings \
		--cov=arena/contest --cov=arena/ledger --cov=ratings --cov-fail-under=100

# Hours: what the tests try a few times, many times.
long: $(VENV)/.test
	@ARENA_CRASH_CYCLES=200 $(VENV)/bin/pytest -q -n 2 tests/crash/test_kill.py
	@$(PYTHON) -m tests.bench.tampering --workers 2 --browser 50

run-vllm: $(VENV)/.run $(VLLM)/.ready
	@$(PYTHON) -m tests.vllm.run

test-vllm: $(VENV)/.test $(VLLM)/.ready
	@ARENA_REQUIRE_VLLM=1 $(VENV)/bin/pytest tests/vllm

lint: $(VENV)/.test
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy

# The stamps: `run` needs what serves, `test` needs the tools as well.
$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/pip
	@./scripts/install requirements.lock
	@touch $@

$(VENV)/.test: requirements-test.lock pyproject.toml | $(VENV)/bin/pip
	@./scripts/install requirements-test.lock
	@touch $@ $(VENV)/.run

$(VLLM)/.ready: requirements-vllm.lock scripts/install-vllm tests/vllm/models.py
	@./scripts/install-vllm $(VLLM)
	@touch $@

$(VENV)/bin/pip:
	@./scripts/make-venv $(VENV)

lock: $(VENV)/.test
	@$(VENV)/bin/pip install --quiet uv
	@$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --group build pyproject.toml --output-file requirements.lock
	@$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --group build --group test pyproject.toml --output-file requirements-test.lock
	@$(VENV)/bin/uv pip compile --quiet --python-version 3.11 --python-platform x86_64-manylinux_2_28 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --override tests/vllm/without.txt \
		tests/vllm/requirements.in --output-file requirements-vllm.lock
	@cat tests/vllm/torch.txt >> requirements-vllm.lock

clean:
	rm -rf $(VENV) $(VLLM) .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage*

# Everything runs in .venv, which these targets make and fill; nothing else is touched.
PYTHON ?= python3
SECONDS ?=
SOURCE ?=
CLIPS ?=
QUICK ?=
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test check bench wheel clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: .venv/demo ## the main job on real streams; SECONDS=60 ends and judges it, SOURCE="a.mp4 rtsp://…" takes yours
	@$(BIN)/tocsin demo $(if $(SECONDS),--seconds $(SECONDS)) $(foreach source,$(SOURCE),--source '$(source)')

test: .venv/dev ## the whole test suite, on up to four cores
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

check: .venv/dev ## formatting, lints, types, import layers
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --config setup.cfg

bench: .venv/bench ## every figure, side by side, into docs/benchmarks.md; CLIPS="drawn folder" takes yours, QUICK=1 a little
	@$(BIN)/python -m benchmarks.suite $(CLIPS) $(if $(QUICK),--quick)

wheel: .venv/dev ## build the wheel, install it in an environment of its own, run it from elsewhere
	rm -rf build/wheel && mkdir -p build/wheel
	$(BIN)/python -m build --wheel --outdir build/wheel
	$(PYTHON) -m venv build/wheel/venv
	build/wheel/venv/bin/pip install --quiet build/wheel/tocsin-*.whl
	cd / && "$(CURDIR)/build/wheel/venv/bin/tocsin" models verify

clean: ## remove what these targets made
	rm -rf .venv build

.venv/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(not (3, 11) <= v < (3, 14) and \
	  f"Tocsin needs Python 3.11 to 3.13, {sys.executable} is {v[0]}.{v[1]}; try: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/demo: .venv/python setup.cfg pyproject.toml
	$(BIN)/pip install --quiet --editable '.[demo]'
	@touch $@

.venv/bench: .venv/python setup.cfg pyproject.toml
	$(BIN)/pip install --quiet --editable '.[bench]'
	@touch .venv/demo $@

.venv/dev: .venv/python setup.cfg pyproject.toml
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch .venv/demo .venv/bench $@

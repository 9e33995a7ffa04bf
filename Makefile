# Everything runs in .venv, which these targets make and fill; nothing else is touched.
PYTHON ?= python3
SECONDS ?=
SOURCE ?=
CLIPS ?=
QUICK ?=
RESUME ?=
LONG ?=
HOURS ?= 1
SEED ?=
NEWEST ?=
ARCH ?= $(shell uname -m)
OTHER = $(if $(filter-out $(shell uname -m),$(ARCH)),\
  $(foreach glibc,$(shell seq 17 39),--platform manylinux_2_$(glibc)_$(ARCH)))
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --no-compile --constraint configs/versions.txt
LOCK := build/locking/bin/uv pip compile setup.cfg --universal --python-version 3.11 --quiet \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links $(if $(NEWEST),--upgrade)
# Who starts many processes, as all of this does, needs what Python keeps of a file it has compiled.
unexport PYTHONDONTWRITEBYTECODE
SAYS := made by `make lock` of what setup.cfg asks for, for Python 3.11 to 3.13 on every processor

.DEFAULT_GOAL := help
.PHONY: help demo test check faults hell soak bench built wheel wheelhouse lock audit clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: .venv/demo ## the main job on real streams; SECONDS=60 ends and judges it, SOURCE="a.mp4 rtsp://…" takes yours
	@$(BIN)/tocsin demo $(if $(SECONDS),--seconds $(SECONDS)) $(foreach source,$(SOURCE),--source '$(source)')

test: .venv/dev ## the whole test suite, by up to four workers
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: .venv/dev ## formatting, lints, types, import layers
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --config setup.cfg

faults: .venv/dev ## kill, freeze, cut off and fill all parts, and count; SECONDS=100, LONG=1: 1,000 kills, SEED=… replays
	@mkdir -p build
	$(BIN)/python -m tests.faults.$(if $(LONG),long,run) $(if $(SEED),--seed $(SEED)) \
	  $(if $(LONG),,--seconds $(or $(SECONDS),180) --report build/faults.md --json build/faults.json)

hell: .venv/dev ## cameras at their worst, 10,000 spoilt inputs and more that atheris leads; SEED=… replays
	TOCSIN_SEED=$(SEED) $(BIN)/python -m pytest -o faulthandler_timeout=0 -m hell -s tests/hell

soak: .venv/dev ## run all for HOURS=1 (0.5, 24, …) and see that nothing grows, into build/soak.md
	$(BIN)/python -m tests.soak.run $(HOURS)

bench: .venv/bench ## every figure, side by side, into docs/benchmarks.md; CLIPS="drawn folder" takes yours, PERSONS="clip truth", QUICK=1 a little
	@$(BIN)/python -m benchmarks.suite $(CLIPS) $(if $(QUICK),--quick) $(if $(RESUME),--resume) \
	  $(if $(PERSONS),--persons $(PERSONS))

built: .venv/dev
	rm -rf build/wheel && mkdir -p build/wheel
	$(BIN)/python -m build --wheel --outdir build/wheel

wheel: built ## build the wheel, install it in an environment of its own, run it from elsewhere
	$(PYTHON) -m venv build/wheel/venv
	build/wheel/venv/bin/pip install --quiet --no-compile --constraint configs/versions.txt \
	  build/wheel/tocsin-*.whl
	cd / && "$(CURDIR)/build/wheel/venv/bin/tocsin" models verify

wheelhouse: built ## all wheels for a machine without internet, into build/wheelhouse; ARCH=aarch64 for other boxes
	rm -rf build/wheelhouse && mkdir -p build/wheelhouse
	cp build/wheel/tocsin-*.whl build/wheelhouse/
	$(BIN)/pip download --quiet --dest build/wheelhouse --require-hashes --no-deps --only-binary=:all: \
	  $(OTHER) --requirement configs/locked.txt
	cp configs/locked.txt configs/offline/install build/wheelhouse/
	cd build/wheelhouse && sha256sum *.whl locked.txt install > SHA256SUMS

lock: build/locking/ready ## pin what setup.cfg asks for; NEWEST=1 takes the newest of all it allows
	$(LOCK) --all-extras --output-file configs/versions.txt
	$(LOCK) --extra postgresql --extra oidc --generate-hashes --constraint configs/versions.txt \
	  --output-file configs/locked.txt
	sed -i '1i # Versions that are tested: $(SAYS).' configs/versions.txt
	sed -i '1i # What a box or a centre installs, with hashes: $(SAYS).' configs/locked.txt

audit: build/locking/ready ## ask for known faults of what is locked; exit 3 where nobody could be asked
	@.ci/audit

clean: ## remove what these targets made
	rm -rf .venv build

.venv/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(not (3, 11) <= v < (3, 14) and \
	  f"Tocsin needs Python 3.11 to 3.13, {sys.executable} is {v[0]}.{v[1]}; try: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/demo: .venv/python setup.cfg pyproject.toml configs/versions.txt
	$(PIP) --editable '.[demo]'
	@touch $@

.venv/bench: .venv/python setup.cfg pyproject.toml configs/versions.txt
	$(PIP) --editable '.[bench]'
	@touch .venv/demo $@

.venv/dev: .venv/python setup.cfg pyproject.toml configs/versions.txt
	$(PIP) --editable '.[dev]'
	@touch .venv/demo .venv/bench $@

build/locking/ready: configs/locking.txt
	$(PYTHON) -m venv build/locking
	build/locking/bin/pip install --quiet -r configs/locking.txt
	@touch $@

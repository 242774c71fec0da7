# The one door to everything. `make demo` shows the main job, `make test` proves it.

SWIFT ?= swift
BUILD := .build
TOOLS := .build-tools
PYTHON := $(TOOLS)/venv/bin/python
ARGS ?=

.PHONY: help demo test check format schema bench release soak fuzz sanitize clean setup python build

help:
	@echo "make demo               see the whole loop on this machine (ARGS=--once ends by itself)"
	@echo "make test               build everything and run every test"
	@echo "make check              formatting, shell scripts, example configuration"
	@echo "make schema             write etc/callbackd.schema.json, after a change of the configuration's keys"
	@echo "make bench              measure, each figure beside its floor (ARGS=\"latency idle\" for some)"
	@echo "make soak               the long forms of the crash tests (minutes)"
	@echo "make fuzz               mutated inputs for all that reads a user's words (SECONDS=600 each)"
	@echo "make sanitize           unit tests under the thread and address sanitizers (half an hour)"
	@echo "make release            optimised programs in $(BUILD)/release"

setup:
	@scripts/install-packages

python: setup
	@scripts/make-python $(TOOLS)/venv

build: setup
	$(SWIFT) build --explicit-target-dependency-import-check error

# On a terminal in a process group of its own: Ctrl-C is meant for the demo, and make would call it an error.
demo: build
	@demo='setpriv --pdeathsig TERM scripts/demo $(ARGS)'; if [ -t 0 ]; then bash -mc "$$demo"; else $$demo; fi

# Build first, so that the programs which the scenario tests start are there.
test: setup python
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	# One test at a time: many block on real processes, and some have a server in the same program that must answer.
	CALLBACKD_PYTHON=$(abspath $(PYTHON)) $(SWIFT) test --skip-build --no-parallel $(ARGS)
	@$(MAKE) --no-print-directory check

check: build
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Package.swift
	shellcheck hooks/*.sh scripts/* .ci/run
	$(BUILD)/debug/callbackd check --config etc/callbackd.yaml
	$(BUILD)/debug/callbackd check --config etc/demo.yaml
	$(BUILD)/debug/callbackd test --require-coverage --config etc/callbackd.yaml

format:
	$(SWIFT) format --in-place --recursive --parallel Sources Tests Package.swift

# What editors complete and check with; a test holds it equal to what the program prints.
schema: build
	$(BUILD)/debug/callbackd schema > etc/callbackd.schema.json

release: setup
	$(SWIFT) build -c release --static-swift-stdlib

bench: release python
	@Benchmarks/run $(ARGS)

soak: setup python
	$(SWIFT) build --build-tests
	# Every suite with a long form. CALLBACKD_KILLS is another number of kills for the soak.
	CALLBACKD_SOAK=1 CALLBACKD_PYTHON=$(abspath $(PYTHON)) $(SWIFT) test --skip-build --no-parallel --filter 'Soak|Crash|ReloadLoad'

# Each subject for so many seconds; inputs that break something are kept in $(BUILD)/fuzz.
fuzz: setup
	$(SWIFT) build -c release --product fuzz
	$(BUILD)/release/fuzz --seconds $(if $(SECONDS),$(SECONDS),60) $(ARGS)

# One suite after the other, each in a process of its own; SUITES="CallbackEngineTests" for some.
sanitize: setup
	@scripts/sanitize thread $(SUITES)
	@scripts/sanitize address $(SUITES)

clean:
	rm -rf .build .build-* .demo

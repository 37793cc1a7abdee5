# Ledgerlane on one machine. `make` alone lists all commands.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

READY := .venv/.ready
REQUIREMENTS := requirements.txt localstack/requirements.txt infra/cdk/requirements.txt \
	tests/requirements.txt
PYTHON_IN_VENV := .venv/bin/python
LOCAL_CLOUD := PYTHONPATH=localstack $(PYTHON_IN_VENV) -m local_cloud
CHAOS := PYTHONPATH=localstack $(PYTHON_IN_VENV) -m load.chaos
AWS := $(PYTHON_IN_VENV) infra/cdk/aws.py

# With PYTHON=..., recreate the virtual environment if its version differs.
ifneq ($(PYTHON),)
ifneq ($(shell $(PYTHON) -V 2>&1),$(shell $(PYTHON_IN_VENV) -V 2>&1))
.PHONY: $(READY)
endif
endif

.PHONY: help
help: ## List all commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements-dev.lock localstack/bootstrap.sh
	@./localstack/bootstrap.sh

.PHONY: lock
lock: ## Update requirements-dev.lock from the rooms' requirements (ARGS=--upgrade)
	@python3 -m venv .cache/uv && .cache/uv/bin/python -m pip install --quiet \
		--disable-pip-version-check uv==0.13.9
	@.cache/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-annotate --custom-compile-command "make lock" $(ARGS) \
		--constraint infra/cdk/constraints.txt $(REQUIREMENTS) --output-file requirements-dev.lock

.PHONY: up
up: $(READY) ## Install what is missing, start everything, deploy (BROKER= BROKERS=3 SHARDS=2 EMULATOR=, see docs/local-cloud.md)
	@$(LOCAL_CLOUD) up

.PHONY: down
down: $(READY) ## Stop everything; keep accounts and balances
	@$(LOCAL_CLOUD) down

.PHONY: clean
clean: $(READY) ## Stop everything and remove all state (accounts and balances too)
	@$(LOCAL_CLOUD) clean

.PHONY: distclean
distclean: clean ## Also remove the downloaded tools and the virtual environment
	@rm -rf .cache .venv

.PHONY: status
status: $(READY) ## Show each service: state, pid, port, version, memory
	@$(LOCAL_CLOUD) status || test $$? -eq 3

.PHONY: logs
logs: $(READY) ## Follow the logs of all services, or of one (S=broker)
	@$(LOCAL_CLOUD) logs $(S)

.PHONY: restart
restart: $(READY) ## Restart one service (S=broker)
	@$(LOCAL_CLOUD) restart $(S)

.PHONY: url
url: $(READY) ## Print the API's base URL (make -s url prints nothing else)
	@$(LOCAL_CLOUD) url

.PHONY: env
env: $(READY) ## Print the addresses, for eval in a shell
	@$(LOCAL_CLOUD) env

.PHONY: trace
trace: $(READY) ## Print a request's trace (ID=its X-Request-Id; needs TRACES=1 make up)
	@test -n "$(ID)" || { echo "ID is missing: make trace ID=req_..." >&2; exit 1; }
	@$(LOCAL_CLOUD) trace "$(ID)"

.PHONY: demo
demo: $(READY) ## Move some money and show that the books balance
	@$(LOCAL_CLOUD) run load.demo --url "$$($(LOCAL_CLOUD) url)"

.PHONY: load
load: $(READY) ## Load the running stack with k6 and verify the result (MIX= PROFILE= RATE= SECONDS=)
	@$(LOCAL_CLOUD) run load.run --mix "$(MIX)" --profile "$(PROFILE)" --rate "$(RATE)" \
		--seconds "$(SECONDS)" $(ARGS)

.PHONY: check-history
check-history: $(READY) ## Record what clients see and check it against the log (H=file checks that file)
	@$(LOCAL_CLOUD) run load.check_history $(H)

.PHONY: operator
operator: $(READY) ## Make a user an operator (EMAIL=...)
	@test -n "$(EMAIL)" || { echo "EMAIL is missing: make operator EMAIL=someone@example.com" >&2; exit 1; }
	@$(LOCAL_CLOUD) run functions.operator "$(EMAIL)"

.PHONY: audit
audit: $(READY) ## Verify the books, or name what is wrong
	@addresses="$$($(LOCAL_CLOUD) env)" && eval "$$addresses" && \
		$(PYTHON_IN_VENV) -m functions.audit

.PHONY: rebuild-check
rebuild-check: $(READY) ## Rebuild the ledger from the log and compare it with the live one
	@addresses="$$($(LOCAL_CLOUD) env)" && eval "$$addresses" && \
		$(PYTHON_IN_VENV) -m functions.rebuild check

.PHONY: grow-partitions
grow-partitions: $(READY) ## Add partitions to the log (TO=24), or cancel a growth (GIVE_UP=1)
	@$(LOCAL_CLOUD) grow $(if $(filter-out 0,$(GIVE_UP)),--give-up) $(TO)

.PHONY: move-partition
move-partition: $(READY) ## Move a partition to another shard (P=3 TO=2), or undo that until the switch (UNDO=1)
	@$(LOCAL_CLOUD) run functions.move $(if $(filter-out 0,$(UNDO)),--undo,$(P) $(TO))

.PHONY: backup
backup: $(READY) ## Add to the backups of the ledger and the log (FULL=1, LOG=1 for only the log)
	@$(LOCAL_CLOUD) backup $(if $(filter-out 0,$(FULL)),--full) $(if $(filter-out 0,$(LOG)),--log)

.PHONY: backups
backups: $(READY) ## List the backups
	@$(LOCAL_CLOUD) backups

.PHONY: verify-backup
verify-backup: $(READY) ## Show that the backups restore, without touching the instance
	@$(LOCAL_CLOUD) verify-backup

.PHONY: restore
restore: $(READY) ## Restore the stopped ledger (AT=2026-11-28T09:30:00Z), an emptied log (LOG=1, FROM=archive), or BOTH=1
	@$(LOCAL_CLOUD) restore $(if $(AT),--at "$(AT)") $(if $(filter-out 0,$(BOTH)),--both) $(if $(filter-out 0,$(LOG)),--log) \
		$(if $(FROM),--from "$(FROM)")

.PHONY: bench-apply
bench-apply: $(READY) ## Measure the apply side against pgbench, on separate services (ARGS=--help)
	@export LEDGERLANE_STATE=.cache/bench-instance; \
	$(LOCAL_CLOUD) --ports-from 28500 services up && eval "$$($(LOCAL_CLOUD) env)" && \
		$(PYTHON_IN_VENV) -m load.bench.apply $(ARGS); \
	status=$$?; $(LOCAL_CLOUD) clean >/dev/null; exit $$status

.PHONY: bench
bench: $(READY) ## Measure the whole system against pgbench, on a separate instance (ARGS=--help)
	@PYTHONPATH=localstack $(PYTHON_IN_VENV) -m load.bench $(ARGS)

.PHONY: crowd
crowd: $(READY) ## Measure deposits beside idle, waiting and slow connections, on a separate instance
	@PYTHONPATH=localstack $(PYTHON_IN_VENV) -m load.crowd $(ARGS)

.PHONY: bench-compare
bench-compare: $(READY) ## Measure two revisions alternately (A=main~1 B=main; . is the working tree)
	@test -n "$(A)" && test -n "$(B)" || \
		{ echo "A or B is missing: make bench-compare A=main~1 B=main" >&2; exit 2; }
	@PYTHONPATH=localstack $(PYTHON_IN_VENV) -m load.bench.compare "$(A)" "$(B)" $(ARGS)

# The packages that only the plots need.
.venv/.bench-ready: load/bench/requirements.txt $(READY)
	@$(PYTHON_IN_VENV) -m pip install --quiet --disable-pip-version-check -r $< && touch $@

.PHONY: bench-scale
bench-scale: .venv/.bench-ready ## Measure how the cost of a command grows, with plots (QUICK=1 for a short run)
	@PYTHONPATH=localstack $(PYTHON_IN_VENV) -m load.bench.scale $(if $(QUICK),--quick) $(ARGS)

.PHONY: drill
drill: $(READY) ## Lose parts of a separate instance under load, and show what held (ONLY=abcdefg)
	@PYTHONPATH=localstack $(PYTHON_IN_VENV) -m load.drill $(ONLY:%=--only %) $(ARGS)

.PHONY: synth
synth: $(READY) ## Synthesize and check a stage on AWS, without credentials (STAGE=dev|staging|prod|pr-12)
	@$(AWS) synth --stage "$(STAGE)"

.PHONY: diff
diff: $(READY) ## Show what a deployment to AWS would change (STAGE=...)
	@$(AWS) diff --stage "$(STAGE)" $(STACK:%=--stack %)

.PHONY: drift
drift: $(READY) ## Show what was changed on AWS by hand, and fail if anything was (STAGE=...)
	@$(AWS) drift --stage "$(STAGE)" $(STACK:%=--stack %)

.PHONY: watch
watch: $(READY) ## Deploy each change of the code to a development stage at once (STAGE=dev)
	@$(AWS) watch --stage "$(STAGE)"

.PHONY: deploy
deploy: $(READY) ## Deploy a stage to AWS (STAGE=... STACK=only-this APPROVAL=never FIRST=1)
	@$(AWS) deploy --stage "$(STAGE)" $(STACK:%=--stack %) $(APPROVAL:%=--approval %) \
		$(if $(filter 1,$(FIRST)),--first)

.PHONY: forgotten
forgotten: $(READY) ## Name the stages of pull requests that are older than they should be (DAYS=3)
	@$(PYTHON_IN_VENV) infra/cdk/forgotten.py $(DAYS:%=--days %)

.PHONY: smoke
smoke: $(READY) ## Check that a deployed stage serves this commit's API; moves no money (STAGE=... or URL=...)
	@$(PYTHON_IN_VENV) infra/cdk/smoke.py $(if $(URL),--url "$(URL)",--stage "$(STAGE)")

.PHONY: preflight
preflight: $(READY) ## Say what a stage's account on AWS lacks, before a deployment (STAGE=...)
	@$(PYTHON_IN_VENV) infra/cdk/preflight.py --stage "$(STAGE)"

.PHONY: ops
ops: $(READY) ## Operate a stage (STAGE=local|dev|... DO="audit", "operator EMAIL", "grow 96", "move 3 2", "replay")
	@test "$(STAGE)" != local || { addresses="$$($(LOCAL_CLOUD) env)" && eval "$$addresses"; } && \
		$(PYTHON_IN_VENV) infra/cdk/ops.py --stage "$(STAGE)" $(DO)

.PHONY: destroy
destroy: $(READY) ## Remove a stage from AWS; protected data stays (STAGE=...)
	@$(AWS) destroy --stage "$(STAGE)" $(STACK:%=--stack %)

.PHONY: lint
lint: $(READY) ## Check style and types
	@$(LOCAL_CLOUD) lint

.PHONY: test-unit
test-unit: $(READY) ## Run the tests that need no services, in seconds
	@$(PYTHON_IN_VENV) -m pytest -q tests/unit tests/property localstack/dataplane/tests/unit \
		localstack/plugin/tests/unit

.PHONY: coverage
coverage: $(READY) ## Show which lines the tests without services cover (T= for other tests)
	@$(PYTHON_IN_VENV) -m pytest -q --cov --cov-report=term:skip-covered \
		$(or $(T),tests/unit tests/property localstack/dataplane/tests/unit \
		localstack/plugin/tests/unit)

.PHONY: test-nightly
test-nightly: $(READY) ## Test 10,000 short and 2,500 long histories, thousands of malformed records, ten seeds of faults
	@HYPOTHESIS_PROFILE=nightly $(PYTHON_IN_VENV) -m pytest -q -s --durations=2 --timeout=14400 \
		tests/property
	@HYPOTHESIS_PROFILE=nightly $(LOCAL_CLOUD) test -- --timeout=14400 \
		tests/integration/ledger/test_fallbacks.py \
		tests/integration/ledger/test_audit_mutations.py tests/integration/ledger/test_layouts.py \
		tests/integration/local_cloud/test_three_brokers.py \
		tests/integration/local_cloud/test_alerts_of_loss.py \
		tests/integration/local_cloud/test_backups.py
	@$(CHAOS) --runs 10 --minutes 3

.PHONY: test-chaos
test-chaos: $(READY) ## Break a separate instance at random under load, and judge it (SEED= MINUTES=2 BUG=)
	@$(CHAOS) $(if $(SEED),--seed $(SEED)) $(MINUTES:%=--minutes %) $(BUG:%=--bug %) $(ARGS)

.PHONY: test-api
test-api: $(READY) ## Send a thousand or more generated requests to each route (N=1000)
	@API_EXAMPLES=$(or $(N),1000) $(LOCAL_CLOUD) test -- --timeout=14400 \
		tests/e2e/test_schemathesis.py

.PHONY: oasdiff
oasdiff: ## Install oasdiff, which compares the API with the last release (needs Go)
	@GOBIN="$(abspath $(or $(LEDGERLANE_CACHE),.cache))/oasdiff/bin" go install github.com/oasdiff/oasdiff@v1.37.0

.PHONY: test
test: $(READY) ## Run every check and test on a separate instance (T="-k name" selects tests)
	@$(LOCAL_CLOUD) test -- $(T)

.PHONY: test-localstack
test-localstack: $(READY) ## Run the tests of the deployed stack on LocalStack, on an instance of its own
	@$(LOCAL_CLOUD) test-localstack -- $(T)

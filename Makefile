# Each target sets up what it needs: `make ask Q="…"` is all that a newcomer types.
# Written for make 3.81 and a plain sh, so that macOS needs nothing else.

PYTHON ?= python3
STAGE ?= dev
# Taken as typed and handed over by the environment: neither make nor the shell looks into them.
override Q := $(value Q)
override D := $(value D)
override DB := $(value DB)
override DATA := $(value DATA)
export Q D DB DATA STAGE

BIN := .venv/bin
READY := .venv/ready
CDK := node_modules/.bin/cdk

.PHONY: help ask demo up soak test thorough check style types choreography templates simulate graph synth deploy destroy eval-questions eval-guard bench lock

help:                    ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1 /p' Makefile | while read -r name said; do printf '%-16s %s\n' "$$name" "$$said"; done

ask: $(READY)            ## make ask Q="Show me total sales by region" [DB=postgresql://…]
	@TROUPE_DB="$$DB" $(BIN)/troupe ask -- "$$Q"

demo: $(READY)           ## a domain's story, played and told [D=query]
	@$(BIN)/troupe demo -- "$$D"

up: $(READY)             ## all agents on this machine, until Ctrl-C [DB=postgresql://…]
	@TROUPE_DB="$$DB" $(BIN)/troupe up

test: $(READY)           ## the tests, but those that take long
	@$(BIN)/pytest -n auto --dist loadfile -m "not thorough"

thorough: $(READY)       ## those that take long: kills, mutants, every asset on its own
	@$(BIN)/pytest -n auto --dist loadfile -m thorough

check: style types choreography templates ## everything that can be known without running it

style: $(READY)
	@echo "Style (ruff)"
	@$(BIN)/ruff check && $(BIN)/ruff format --check

types: $(READY)
	@echo "Types (mypy strict)"
	@$(BIN)/mypy troupe contracts

choreography: $(READY)
	@echo "Choreography (troupe check)"
	@$(BIN)/troupe check

templates: $(READY)
	@echo "Templates (cdk synth with cdk-nag, cfn-lint)"
	@rm -rf .troupe/checked
	@CDK_OUTDIR=.troupe/checked CDK_VALIDATION=true $(BIN)/python app.py
	@$(BIN)/cfn-lint .troupe/checked/*.template.json

simulate: $(READY)       ## crashes, duplicates, throttling: what must always hold [SEEDS=1000 | SEED=4711 [DANCE=3]] [DOMAIN=query]
	@$(BIN)/troupe simulate $(if $(SEED),--seed "$(SEED)" $(if $(DANCE),--dance "$(DANCE)"),--seeds "$(or $(SEEDS),100)") $(if $(DOMAIN),--domain "$(DOMAIN)")

soak: $(READY)           ## 1,000 questions at troupe up while agents are killed
	@$(BIN)/python -m benchmarks.soak

graph: $(READY)          ## who reacts to what, drawn into the README and the domains' pages
	@$(BIN)/troupe graph $(foreach page,$(shell grep -rl --include='*.md' '^<!-- graph' README.md docs),--into $(page))

synth: $(READY) $(CDK)   ## the templates, into cdk.out
	@$(CDK) synth --quiet -c "stage=$$STAGE"

deploy: $(READY) $(CDK)  ## everything into your AWS account [STAGE=prod]
	@$(CDK) deploy --all -c "stage=$$STAGE"
	@$(BIN)/python -m warehouse.cloud "$$STAGE"
	@$(BIN)/troupe orphans --stage "$$STAGE"

destroy: $(READY) $(CDK) ## and out of it again
	@$(CDK) destroy --all -c "stage=$$STAGE"

eval-questions: $(READY) ## make eval-questions DATA=folder
	@$(BIN)/python -m benchmarks.eval_questions "$$DATA"

eval-guard: $(READY)     ## make eval-guard DATA=folder
	@$(BIN)/python -m benchmarks.eval_guard "$$DATA"

bench: $(READY)          ## what is promised in numbers
	@$(BIN)/python -m benchmarks.cold_start
	@$(BIN)/python -m benchmarks.hop
	@$(BIN)/python -m benchmarks.event_store

lock: $(READY)           ## resolve requirements.in into requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-annotate --no-header requirements.in -o requirements.txt

$(READY): requirements.txt pyproject.toml .ci/setup
	@PYTHON="$(PYTHON)" sh .ci/setup

$(CDK): package-lock.json
	@echo "Fetching the pinned AWS CDK command line into node_modules"
	@npm ci --silent || { echo "It could not be fetched: look at the network, then run this again." >&2; exit 1; }
	@touch $(CDK)

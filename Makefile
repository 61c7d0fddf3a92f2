# `make report` builds the site, `make test` checks everything. Both install what they need.
PYTHON ?= python3
ENVIRONMENT := guangzhou-plan-monitor

# Inside the conda environment of environment.yml its own Python is used; elsewhere a venv is made.
ifeq ($(CONDA_DEFAULT_ENV),$(ENVIRONMENT))
BIN :=
INSTALLED :=
else
BIN := .venv/bin/
INSTALLED := .venv/.installed
endif

BROWSER := tests/browser/node_modules/.package-lock.json

# Only what is typed counts: an environment may well have a LANGUAGE of its own. It reaches the
# commands through the environment, as it was typed: neither make nor the shell reads anything in it.
VARIABLES := AS_OF PLAN LANGUAGE SCHEDULER STORAGE PAGE DEST KEEP PARTS SAMPLE COUNTS
TYPED := $(foreach name,$(VARIABLES),$(if $(filter command,$(origin $(name))),$(name)))
$(foreach name,$(TYPED),$(eval override $(name) := $$(value $(name)))$(eval export $(name)))
# $(call typed,DEST) is its value, or an empty word.
typed = "$(if $(filter $(1),$(TYPED)),$$$(1))"
# $(call flags,as-of:AS_OF) is --as-of= and its value where AS_OF is typed.
flags = $(foreach pair,$(1),$(call flag,$(subst :, ,$(pair))))
flag = $(if $(filter $(lastword $(1)),$(TYPED)),--$(firstword $(1))=$(call typed,$(lastword $(1))))

.PHONY: report why publish rollback verify pages finish test lint lab bench notebooks lock clean

report: $(INSTALLED)
	@$(BIN)python -m analysis.graph report $(call flags,as-of:AS_OF plan:PLAN language:LANGUAGE scheduler:SCHEDULER storage:STORAGE)

why: $(INSTALLED)
	@$(BIN)python -m analysis.graph why -- $(call typed,PAGE)

# DEST is the folder a web server serves from (its `current`), here or at user@host:/path. KEEP releases stay there.
publish: $(INSTALLED)
	@$(BIN)python -m analysis.delivery publish $(call typed,DEST) $(call flags,keep:KEEP)

rollback verify: $(INSTALLED)
	@$(BIN)python -m analysis.delivery $@ $(call typed,DEST)

# PAGES_MADE_BY is the interpreter of a build that runs Quarto itself.
pages: $(if $(PAGES_MADE_BY),,$(INSTALLED))
ifndef PAGES_MADE_BY
	@$(BIN)python -m analysis.graph pages
endif

# Quarto calls it after rendering; the embedded renderer does the same by itself.
finish:
	@"$${PAGES_MADE_BY:-$(BIN)python}" -m analysis.publish.finish

test: $(INSTALLED) $(BROWSER) lint
	@$(BIN)python -m analysis.graph pages
	@$(BIN)pytest -n auto --dist loadfile --cov=analysis --cov-report=term-missing:skip-covered
	@$(BIN)pytest --nbval --nbval-current-env --nbval-cell-timeout=600 -n 2 --dist loadscope notebooks

lint: $(INSTALLED)
	@$(BIN)ruff check
	@$(BIN)ruff format --check
	@$(BIN)mypy

lab: $(INSTALLED)
	@$(BIN)jupyter lab notebooks

# PARTS=abf measures some parts, SAMPLE=20 runs so many series pages in the loop of (a), and
# COUNTS=50,500 makes so many reports in (e). docs/benchmarks.md keeps what was measured before.
bench: $(INSTALLED)
	@$(BIN)python -m analysis.graph report
	@$(BIN)python -m benchmarks $(call flags,parts:PARTS sample:SAMPLE counts:COUNTS)

# Run the notebooks and store the outputs of their `check` cells, after a change that is meant.
notebooks: $(INSTALLED)
	@$(BIN)python -m analysis.graph pages
	@$(BIN)python -m analysis.notebooks store notebooks/*.ipynb

# Needs uv on the path; the lock file names no download address.
lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements/lock.txt

clean:
	rm -rf build _site en index.ipynb search.ipynb reports/*.ipynb reports/series-* \
	  reports/theme/fonts reports/run-log.jsonl data/parquet data/datapackage.json \
	  .doit-state.json .doit-durations.json

# What the browser checks need beside Chromium; without npm they are skipped.
$(BROWSER): tests/browser/package-lock.json
	@if command -v npm >/dev/null; then cd tests/browser && npm ci --ignore-scripts --no-audit --no-fund --silent || echo "npm ci failed: the browser checks will be skipped"; fi

# The lock file is complete: without --no-deps pip would look beyond it for an extra (coverage[toml]).
.venv/.installed: requirements/lock.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed; set PYTHON=..." if sys.version_info < (3, 11) else 0)'
	@echo "installing the pinned packages into .venv (once)"
	@$(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/lock.txt
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@.venv/bin/python -m pip check --quiet --disable-pip-version-check
	@touch $@

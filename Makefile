.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/.installed  ## Put everything that is needed into .venv

.venv/.installed: pyproject.toml uv.lock
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv sync --frozen --inexact --quiet
	@touch $@

run: export SOONER_DEMO ?= 1
run: install  ## Start both services with a demo area; Ctrl-C stops them
	@exec $(BIN)/python -m services

demo: export SOONER_DEMO ?= 1
demo: install  ## Fill an empty database with the demo area, without starting anything
	@$(BIN)/python -m services.referral demo

test: install  ## Run every test; make test T=tests/referral/domain for some
	@$(BIN)/pytest $(T)

lint: install  ## Format, lint, types and import rules: all strict
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fix: install  ## Put right what a tool can put right
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: install  ## Write docs/states.md from the table of moves, docs/a-climb.md from a fresh demo
	@$(BIN)/python -m services.referral states > docs/states.md
	@$(BIN)/python -m tests.docs.a_climb > docs/a-climb.md

bench: install  ## Measure the hot paths; prints a table with ratios
	@$(BIN)/python -m tests.bench

chaos: export SOONER_CHAOS := full
chaos: install  ## Break things under load at full size; each fault prints a line. Takes hours
	@$(BIN)/pytest tests/chaos

screenshots: install  ## Take pictures of every page of a fresh demo into screenshots/
	@$(BIN)/python -m tests.screenshots

reset:  ## Throw the local databases away
	rm -rf var

clean: reset  ## Throw away everything that was made here
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache screenshots

.PHONY: help install run demo test lint fix docs bench chaos screenshots reset clean

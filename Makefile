# Each command calls a script of the same purpose; `make help` lists them.
.PHONY: help run test shell train check bench setup
.SILENT:

help:
	grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 14

run: ## start the assistant and a demo clinic page, setting up whatever is missing
	scripts/serve

test: ## run all tests, setting up whatever is missing
	scripts/test

shell: ## chat in the terminal
	scripts/shell

train: ## train the model
	scripts/train

check: ## lint, types and content checks
	scripts/check

bench: ## measure beside a `rasa init` project; figures also in build/bench.json
	scripts/bench

setup: ## make the environment and fetch the sentence encoder
	scripts/setup

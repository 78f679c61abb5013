# Each command calls a script of the same purpose; `make help` lists them.
.PHONY: help run test shell train check documents live-check bench profile faults soak bench-understanding confusions staff-list purge insights insights-sample audit sbom setup
.SILENT:

help:
	grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1\t/' | expand -t 28

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

documents: ## write the pages of docs/ that are made from the content, the trained model and attacks on a running server
	scripts/documents

live-check: ## refuse to go live while something that a clinic must decide is missing; print a record to keep
	scripts/live-check

bench: ## measure beside a `rasa init` project, and the widget beside two npm packages; figures also in build/bench.json
	scripts/bench

profile: ## where the time of a turn goes: the table in docs/speed.md and docs/turn-flame.svg
	scripts/profile

faults: ## kill servers, database, locks and actions, and fill disks, while people chat, and write what they saw to docs/faults.md
	scripts/faults

soak: ## let twenty patients chat for three minutes (MINUTES=3), and write how it went and what grew to docs/faults.md
	scripts/soak $(MINUTES)

bench-understanding: ## measure the understanding on any labelled sets beside its peers: SETS="a.json b.json" PEERS="nlpjs rasa"
	scripts/bench-understanding $(SETS) $(if $(PEERS),--peers $(PEERS))

confusions: ## name the pairs of topics whose examples lie among each other
	scripts/confusions

audit: ## ask for known faults of the locked packages; ends with 3 where no database of them could be reached
	scripts/audit

sbom: ## list the packages installed at run time in build/sbom.json (CycloneDX), and check their licences
	scripts/sbom

staff-list: ## who asked to be called back: DONE=id marks one as done, EXPORT=file.csv writes them, DEAD=1 shows what was not sent, RETRY=1 sends it
	scripts/staff-list $(if $(DONE),--done $(DONE)) $(if $(EXPORT),--export $(EXPORT)) $(if $(DEAD),--dead) $(if $(RETRY),--retry)

purge: ## delete now what was kept as long as clinic.yml says, or one conversation: FORGET=its-name
	scripts/purge $(if $(FORGET),--forget $(FORGET))

insights: ## what patients asked, as a page for the clinic: FROM=2026-10-01 TO=2026-10-31 OUT=report.html CSV=figures.csv
	scripts/insights $(if $(FROM),--from $(FROM)) $(if $(TO),--to $(TO)) $(if $(OUT),--out $(OUT)) $(if $(CSV),--csv $(CSV))

insights-sample: ## write docs/insights-sample.html and its picture from invented months
	scripts/insights-sample

setup: ## make the environment and fetch the sentence encoder
	scripts/setup

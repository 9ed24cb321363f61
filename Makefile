# `make` builds. Every target is a short command; what is longer lives in Tests/Tools.
SHELL := /bin/bash
BINARY := .build/release/waggle
PORT ?= 5353
IMAGE ?= waggle:0.1.0
TARGET ?= alpine
STACK ?= stacks/dns.yml
FUZZ_SECONDS ?= 60
ROUNDS ?= 5000
CONFIG_HASH = $(shell sha256sum config/dnsmasq.conf | cut --characters=1-12)

.DEFAULT_GOAL := build
.NOTPARALLEL:
.PHONY: build run test packages lint format differential fuzz bench size docs reference image \
    stand-in-images config-hash deploy rollback monitoring test-arm64 test-swarm clean

build: ## the static release binary, .build/release/waggle
	Tests/Tools/build-static waggle

run: build ## serve the reference swarm on port 5353 of loopback
	@echo 'Try in another terminal:'
	@echo '  dig @127.0.0.1 -p $(PORT) +short managers.swarm.sixeyed'
	@echo '  dig @127.0.0.1 -p $(PORT) +noall +answer registry.athome.ga'
	@echo '  dig @127.0.0.1 -p $(PORT) +short -x 192.168.2.240'
	$(BINARY) --keep-in-foreground --log-facility=- --conf-file=config/dnsmasq.conf --no-hosts \
	    --addn-hosts=config/hosts --port=$(PORT) --listen-address=127.0.0.1 --bind-interfaces --pid-file=

test: packages lint build ## install what the tests need (Debian, as root), lint, build, run everything
	swift test --disable-xctest --xunit-output .build/tests.xml
	@echo 'The tests of the server once more, with the binary that ships:'
	WAGGLE_BINARY=$(CURDIR)/$(BINARY) swift test --skip-build --disable-xctest --filter ServerTests \
	    --xunit-output .build/tests-shipped.xml

packages:
	Tests/Tools/install-packages

lint: ## hold the sources against .swift-format
	swift format lint --strict --recursive Sources Tests Package.swift

format: ## rewrite the sources to .swift-format
	swift format --in-place --recursive Sources Tests Package.swift

differential: ## ROUNDS random configurations and texts beside dnsmasq; the first difference, cut down
	swift build --build-tests
	WAGGLE_SEED=random WAGGLE_ROUNDS=$(ROUNDS) swift test --skip-build --disable-xctest \
	    --filter 'random configurations|random lines'

fuzz: ## run each target of Tests/Fuzz for FUZZ_SECONDS
	Tests/Tools/fuzz $(FUZZ_SECONDS)

bench: build ## processor time per query of each kind of answer
	Tests/Tools/build-static dnsbench
	Tests/Tools/bench $(BINARY)

size: build ## fail when the stripped binary has 10 MB or more
	strip --strip-all -o .build/waggle.stripped $(BINARY)
	@stat --format='stripped: %s bytes' .build/waggle.stripped
	@test "$$(stat --format=%s .build/waggle.stripped)" -lt 10000000

docs: ## reference of all declarations, .build/docs/index.html
	Tests/Tools/docs

reference: ## write what is made of the option table: reference, manual page, completions
	swift build --product waggle
	.build/debug/waggle --options=markdown > config/REFERENCE.md
	.build/debug/waggle --options=man > config/waggle.8
	.build/debug/waggle --options=bash > config/completions/waggle.bash
	.build/debug/waggle --options=zsh > config/completions/_waggle
	.build/debug/waggle --options=fish > config/completions/waggle.fish

image: ## the image, for the architecture of the engine; TARGET=scratch leaves Alpine out
	Tests/Tools/image $(IMAGE) $(TARGET)

stand-in-images: ## base images for `make image` where no registry is, as root
	Tests/Tools/stand-in-images

config-hash: ## the hash in the name of the swarm's config object
	@echo $(CONFIG_HASH)

deploy: ## check, deploy STACK as stack "dns", wait until every manager serves it
	IMAGE=$(IMAGE) Tests/Tools/deploy $(STACK)

rollback: ## go back to what was deployed before
	Tests/Tools/deploy --rollback $(STACK)

monitoring: ## deploy stacks/monitoring.yml beside the stack "dns"
	PROMETHEUS_SHA=$$(sha256sum config/monitoring/prometheus.yml | cut --characters=1-12) \
	GRAFANA_SHA=$$(sha256sum config/monitoring/grafana.yml | cut --characters=1-12) \
	    docker stack deploy --compose-file stacks/monitoring.yml monitoring

test-arm64: ## libraries, tests and program for 64-bit ARM, emulated; as root, half an hour
	Tests/Tools/test-arm64

test-swarm: build ## three managers on this machine: updates and failures under load; as root, ten minutes
	Tests/Tools/build-static dnsbench
	Tests/Tools/test-swarm

clean: ## remove everything that was built
	rm --recursive --force .build

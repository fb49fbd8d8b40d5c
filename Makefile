# Two commands are enough: `make demo` and `make test`. Both set up what is missing first.
CARGO ?= cargo
KGLOOM_DATA ?= ../shared/datasets
TARGET := $(or $(CARGO_TARGET_DIR),target)

.PHONY: demo test lint check-data bench install setup
.DEFAULT_GOAL := demo

demo: setup
	$(CARGO) build --locked
	sh examples/demo.sh $(TARGET)/debug/kgloom $(TARGET)/demo

# With a browser and Python where they are installed.
test: setup
	$(CARGO) test --locked --workspace
	sh tests/clients.sh $(TARGET)/debug/kgloom

lint: setup
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings

# Scores against published data sets; needs their folder, and says so when it is missing.
check-data: setup
	@test -d "$(KGLOOM_DATA)" || { echo "make check-data: no data sets at $(KGLOOM_DATA); set KGLOOM_DATA to their folder" >&2; exit 1; }
	$(CARGO) build --locked
	sh tests/check_data.sh $(TARGET)/debug/kgloom "$(KGLOOM_DATA)"

bench: setup
	$(CARGO) bench --locked --profile dev -p kgloom

# The program as users run it, in the release profile, into cargo's own folder or $(PREFIX)/bin.
install: setup
	$(CARGO) install --locked --path . $(if $(PREFIX),--root "$(PREFIX)")

# zstd is compiled from source: that takes a C compiler.
setup:
	@missing=""; \
	command -v cc >/dev/null || missing="gcc libc6-dev"; \
	test -z "$$missing" && exit 0; \
	if command -v apt-get >/dev/null && test "$$(id -u)" = 0; then as=""; \
	elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then as="sudo"; \
	else echo "make: please install these system packages first (Debian names): $$missing" >&2; exit 1; fi; \
	echo "installing system packages: $$missing"; \
	$$as apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as apt-get install -y -qq --no-install-recommends $$missing

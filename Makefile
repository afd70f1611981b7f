# Everything a newcomer needs: make demo, make test, make lint.

PYTHON ?= python3
VENV := .venv
PACKAGE_PYTHON := 3.13
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help demo test lint format wheel package can-deploy deploy screenshots clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV) || \
		{ echo "venv is missing: on Debian and Ubuntu, apt-get install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/.installed

demo: $(VENV)/.installed  ## See the digests of five invented readers: no network, no settings
	$(BIN)/newsletter send --dry-run --source sample --out out

test: $(VENV)/.installed-dev  ## Run all tests (browser tests skip where there is no Chromium)
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

lint: $(VENV)/.installed-dev  ## Check style, types, arrows, shape and templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m infra.check
	$(BIN)/python -m pytest -q tests/unit/test_shape.py tests/unit/test_template_lint.py

format: $(VENV)/.installed-dev  ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

wheel: $(VENV)/.installed-dev  ## Build the wheel into dist/
	rm -rf dist
	$(BIN)/python -m build --wheel --outdir dist .

package: $(VENV)/.installed-dev  ## Build the package of the AWS functions into build/lambda/
	$(BIN)/python -m infra.package --python $(PACKAGE_PYTHON) $(if $(WHEELS),--wheels $(WHEELS))

deploy: can-deploy package  ## Build and deploy to AWS: make deploy STAGE=prod (see infra/README.md)
	sam deploy --template-file infra/template.yaml --config-file "$(CURDIR)/infra/stages/$(STAGE).toml" \
		--stack-name newsletter-$(STAGE) --capabilities CAPABILITY_IAM --resolve-s3 --no-fail-on-empty-changeset

can-deploy:
	@test -n "$(STAGE)" || { echo "Say which: make deploy STAGE=prod"; exit 2; }
	@test -f infra/stages/$(STAGE).toml || { echo "infra/stages/$(STAGE).toml is missing: copy infra/stages/example.toml and fill it in"; exit 2; }
	@grep -Eq "^[^#]*[\"' ]Stage=[\"']?$(STAGE)[\"' ]" infra/stages/$(STAGE).toml || \
		{ echo "infra/stages/$(STAGE).toml is of another stage: write Stage=$(STAGE) in its parameter_overrides"; exit 2; }
	@command -v sam >/dev/null || { echo "The AWS SAM CLI is missing. Install it: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/install-sam-cli.html"; exit 2; }

screenshots: $(VENV)/.installed-dev  ## Take pictures of the digest: phone and desktop, light and dark
	$(BIN)/python -m tests.browser.shots build/screenshots

clean:  ## Remove what the targets above made
	rm -rf $(VENV) build dist out

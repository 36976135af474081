# The commands of the README. `make demo` and `make test` need Python 3.11 or newer and nothing else.
PYTHON ?= python3
VENV := .venv
PORT ?= 8000
RP_PORT ?= 8001
RP2_PORT ?= 8002
DATA ?= var/demo
TESTS ?= tests

.PHONY: demo test install install-dev check bench words docs pictures lock

demo: install
	@exec $(VENV)/bin/namens demo --port $(PORT) --rp-port $(RP_PORT) --rp2-port $(RP2_PORT) --data $(DATA)

test: install-dev
	$(VENV)/bin/pytest -n 2 --dist loadgroup $(TESTS)

install: $(VENV)/.runtime
install-dev: $(VENV)/.dev

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Namens needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	@echo 'Bringing what Namens needs into $(VENV): a minute or two, the first time only.'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(VENV)/bin/python requirements.lock pyproject.toml
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python requirements-dev.lock pyproject.toml
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.runtime

check: install-dev
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: install-dev
	$(VENV)/bin/python -m bench
	$(VENV)/bin/python -m bench.imports

# The documentation as a site, in var/site. What is wrong with it (a link that leads nowhere) is an error.
docs: install-dev
	@rm -rf var/site
	$(VENV)/bin/python -m sphinx -q -E -W --keep-going -d var/doctrees docs var/site

# The pictures that the documentation shows, drawn anew; needs Chromium, and the ports of `make demo`.
pictures: install-dev
	$(VENV)/bin/python -m tests.support.pictures

# The words of the pages, gathered from code and templates, and the Dutch catalogue compiled.
words: install-dev
	$(VENV)/bin/pybabel -q extract -F authz_server/translations/babel.cfg -k lazy_gettext --no-location --sort-output --project namens -o var/words.pot authz_server
	$(VENV)/bin/pybabel -q update -i var/words.pot -d authz_server/translations -l nl --no-fuzzy-matching --ignore-obsolete -w 110
	$(VENV)/bin/pybabel -q compile -d authz_server/translations -l nl

# Both locks, with hashes; needs `uv`.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --extra server --group runtime -o requirements.lock pyproject.toml
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --extra server --extra postgres --extra flask --extra django --extra fastapi --group runtime --group dev --group docs -o requirements-dev.lock pyproject.toml

# make demo and make test set up all they need in .venv; they ask for Python 3.11 or later and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test test-faults test-button lint macros template docs bench clean

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@

demo: $(STAMP)
	$(BIN)/tracker demo

# Three at once, for two processors: many tests wait for LibreOffice, and a tenth of the time was waiting.
test: $(STAMP) lint
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

test-faults: $(STAMP)
	$(BIN)/python -m pytest -m faults -n 2 --dist loadfile

# A real click on a screen of its own: needs LibreOffice with a Python that has uno, Xvfb, xdotool, openbox, ImageMagick.
test-button: $(STAMP)
	$(BIN)/python -m pytest -m click tests/button

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What the package carries of the button, from the text in macros/.
macros: $(STAMP)
	$(BIN)/python macros/build.py

template: $(STAMP)
	$(BIN)/python -m tracker.template

docs: $(STAMP)
	$(BIN)/python -m tracker.report.docs
	$(BIN)/python -m tracker.cli.docs

# Half an hour on a quiet machine; docs/performance.md says how to measure a million rows too.
bench: $(STAMP)
	$(BIN)/python benchmarks/refresh.py
	$(BIN)/python benchmarks/validate.py --peers .peers --rows 10000 100000

clean:
	rm -rf $(VENV) build *.egg-info

# The commands of development; dev/README.rst says what each does.
# A choice of tests: make test T=tests/test_sync.py K=deletion

.PHONY: help test lint format demo serve screenshots bench dist clean-cache
help:
	@sed -n '/^=/,$$p' dev/README.rst

test:
	@dev/test $(T) $(if $(K),-k "$(K)")

lint:
	@dev/lint

format:
	@dev/lint --fix

demo:
	@dev/run demo.py

serve:
	@dev/run demo.py --serve

screenshots:
	@dev/run pictures.py

bench:
	@dev/run bench.py

dist:
	@dev/dist

clean-cache:
	@dev/clean-cache

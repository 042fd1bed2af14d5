"""What is measured: each function takes a bench and gives figures."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from devlib import Environment, say, step

from . import readers
from .books import Books, large_books
from .lists import lists
from .processes import SinkProcess
from .report import Figure, at_least, at_most

LARGE = 700_000
SIZES = (10_000, 100_000)
"""Of growth, below the large books."""
SMALL = 7_000
DELAY = 200
DELAYED = 500
"""Requests: the whole of the books would take five minutes."""
ROUNDS = 3
MEGABYTE = 1024


class Bench:
    """The sink, and the large books, which all measures share."""

    def __init__(self, environment: Environment, lines: int = LARGE) -> None:
        self._environment = environment
        self.lines = lines
        self._ends = ExitStack()
        self._books: Books | None = None
        self.sink = self._ends.enter_context(SinkProcess(environment))

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._ends.close()

    def large(self) -> Books:
        """The large books, as before a first load."""
        if self._books is None:
            made = large_books(self._environment, self.sink, self.lines)
            self._books = self._ends.enter_context(made)
        self._books.forget()
        self.sink.delay(0)
        return self._books

    @contextmanager
    def books(self, lines: int) -> Iterator[Books]:
        """Books of another size."""
        if lines == self.lines:
            yield self.large()
            return
        with large_books(self._environment, self.sink, lines) as books:
            self.sink.clear()
            yield books


def speed(bench: Bench) -> list[Figure]:
    """A first load against the same rows pulled over Odoo's APIs, and the limit."""
    books = bench.large()
    # before and after: a machine does not stay as fast as it is
    before = readers.times(books)
    with books.worker() as worker:
        result = worker.sync()
        limit = worker.limit()
    after = readers.times(books)
    pulled = {name: 2 / (before[name] + after[name]) for name in before}
    counters = bench.sink.counters()
    sizes = counters["sizes"][:-1]
    rate = result["upserted"] / result["seconds"]
    most = limit["rows"] / limit["seconds"]
    return [
        Figure("first load, items", f"{result['upserted']:,}"),
        Figure("first load", f"{rate:,.0f} items/s, {result['seconds']:.1f} s"),
        Figure("  of it Python of the worker", f"{result['cpu']:.1f} s"),
        Figure("the same rows as JSON by COPY", f"{most:,.0f} items/s"),
        *(Figure(f"pulled over {n}", f"{r:,.0f} items/s") for n, r in pulled.items()),
        at_least("first load / XML-RPC", rate / pulled["XML-RPC"], 8),
        at_least("first load / JSON-2", rate / pulled["JSON-2"], 3),
        at_least("requests filled", _filled(sizes), 99, " %"),
        at_most("requests that overlapped", counters["overlaps"], 0, ""),
    ]


def _filled(sizes: list[int]) -> float:
    """Percent; a request is short of the next entry, as entries stay together."""
    return 100 * sum(sizes) / (500 * len(sizes))


def delay(bench: Bench) -> list[Figure]:
    """The first 500 requests of a first load where each takes 200 ms."""
    books = bench.large()
    bench.sink.delay(DELAY)
    with books.worker() as worker:
        result = worker.begin(DELAYED)
    sizes = bench.sink.counters()["sizes"][: result["batches"]]
    bench.sink.delay(0)
    waited = result["batches"] * DELAY / 1000
    return [
        Figure(
            "first load, 200 ms a request",
            f"{result['seconds']:.1f} s for the first {len(sizes)} requests",
        ),
        at_most("  / requests x 200 ms", result["seconds"] / waited, 1.08),
        at_least("  requests filled", _filled(sizes), 99, " %"),
    ]


def quiet(bench: Bench) -> list[Figure]:
    """Runs that find nothing, or a hundred entries, to send."""
    books = bench.large()
    aggregates, nothing, few = [], [], []
    with books.worker() as worker:
        worker.sync()
        books.settle()
        for _round in range(ROUNDS):
            aggregates.append(worker.aggregate()["seconds"])
            result = worker.sync()
            assert result["batches"] == 0, result
            nothing.append(result["seconds"])
            books.change(100)
            result = worker.sync()
            assert (result["upserted"], result["changed"]) == (100, 100), result
            few.append(result["seconds"])
    plain, none, some = map(statistics.median, (aggregates, nothing, few))
    return [
        Figure("one plain aggregate", f"{plain:.2f} s"),
        Figure("nothing changed", f"{none:.2f} s"),
        Figure("100 entries changed", f"{some:.2f} s"),
        at_most("nothing changed / aggregate", none / plain, 4),
        at_most("100 changed / nothing changed", some / none, 1.2),
    ]


def memory(bench: Bench) -> list[Figure]:
    """The worker's peak, each in a fresh process."""
    peaks = {}
    for lines in (SMALL, bench.lines):
        with bench.books(lines) as books, books.worker() as worker:
            peaks[lines] = worker.sync()["peak"] / MEGABYTE
    more = peaks[bench.lines] - peaks[SMALL]
    return [
        *(Figure(f"peak at {n:,} items", f"{p:.0f} MB") for n, p in peaks.items()),
        at_most(_more(bench), more, 30, " MB"),
    ]


def _more(bench: Bench) -> str:
    return f"more at {bench.lines:,} than at {SMALL:,}"


def statement(bench: Bench) -> list[Figure]:
    """Comparison and statement of agreement, each in a fresh process."""
    peaks, figures = {}, []
    for lines in (SMALL, bench.lines):
        with bench.books(lines) as books:
            with books.worker() as worker, step(f"a first load of {lines:,} items"):
                items = worker.sync()["upserted"]
            books.settle()
            with books.worker() as worker, step("comparison and statement"):
                result = worker.statement()
        peaks[lines] = result["peak"] / MEGABYTE
        seconds = result["seconds"]
        # the worker does nothing else than wait for it
        in_postgres = max(seconds - result["cpu"], 0)
        figures.append(Figure(f"statement of {items:,} items", f"{seconds:.1f} s"))
    return [
        *figures,
        at_most("  of the larger, in PostgreSQL", in_postgres, 60, " s"),
        *(Figure(f"peak at {n:,} items", f"{p:.0f} MB") for n, p in peaks.items()),
        at_most(_more(bench), peaks[bench.lines] - peaks[SMALL], 30, " MB"),
    ]


def growth(bench: Bench) -> list[Figure]:
    """How the cost grows with the books."""
    figures = []
    for lines in (*SIZES, bench.lines):
        with bench.books(lines) as books, books.worker() as worker:
            first = worker.sync()
            books.settle()
            again = worker.sync()
        rate = first["upserted"] / first["seconds"]
        figures.append(
            Figure(
                f"{first['upserted']:,} items",
                f"{first['seconds']:.1f} s ({rate:,.0f} items/s), "
                f"nothing changed {again['seconds']:.2f} s",
            )
        )
    return figures


MEASURES: dict[str, Callable[[Bench], list[Figure]]] = {
    "speed": speed,
    "delay": delay,
    "quiet": quiet,
    "memory": memory,
    "statement": statement,
    "growth": growth,
    "lists": lists,
}
"""By the name on the command line, in the order in which all are taken."""


def take(
    environment: Environment, names: list[str], lines: int = LARGE
) -> list[Figure]:
    """Take these measures, one after the other.

    :param lines: of the large books
    """
    figures = []
    with Bench(environment, lines) as bench:
        for name in names:
            say(f"\n== {name}: {MEASURES[name].__doc__}")
            found = MEASURES[name](bench)
            for figure in found:
                say(f"{figure.what}: {figure.measured}")
            figures += found
    return figures

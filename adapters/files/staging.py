"""Counts put aside in a scratch database on disk until all of them are known to be good."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from itertools import islice
from uuid import UUID

from domain.ids import LocationId, PoolId
from domain.intake.report import BAD_ROWS_MAX, BadRow, Note, Read, Rejected, Row, Source, Unusable
from domain.intake.stock import Site, StockDraft, counted_twice, unknown_location, unknown_sku
from domain.ledger import Shelf

AT_ONCE = 10_000  # rows kept in memory
CACHE_KIB = 65_536  # beyond it SQLite writes to its own temporary file, which ends with the connection

TABLES = f"""
PRAGMA journal_mode = OFF;
PRAGMA temp_store = FILE;
PRAGMA cache_size = -{CACHE_KIB};
CREATE TABLE said (id INTEGER PRIMARY KEY, file INTEGER, line INTEGER, sku TEXT, location TEXT,
                   on_hand INTEGER, safety INTEGER, incoming INTEGER, expected_on TEXT);
CREATE TABLE bad (file INTEGER, line INTEGER, reason TEXT);
CREATE TABLE known (sku TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE site (location TEXT PRIMARY KEY, id BLOB) WITHOUT ROWID;
CREATE TABLE shelf (sku TEXT, location_id BLOB, location TEXT, on_hand INTEGER, safety INTEGER, incoming INTEGER,
                    expected_on TEXT, PRIMARY KEY (sku, location_id)) WITHOUT ROWID;
BEGIN;
"""
FIRST_OF_EACH_SHELF = """
INSERT OR IGNORE INTO shelf
SELECT sku, site.id, location, on_hand, safety, incoming, expected_on
FROM said JOIN known USING (sku) JOIN site USING (location) ORDER BY sku, site.id, said.id
"""
NOT_ON_A_SHELF = """
INSERT INTO bad
SELECT file, line, CASE WHEN known.sku IS NULL THEN unknown_sku(said.sku) ELSE unknown_location(said.location) END
FROM said LEFT JOIN known USING (sku) LEFT JOIN site USING (location) WHERE known.sku IS NULL OR site.id IS NULL
"""
UNLIKE_THE_FIRST = """
INSERT INTO bad
SELECT said.file, said.line, counted_twice(said.sku, said.location)
FROM said JOIN site USING (location) JOIN shelf ON shelf.sku = said.sku AND shelf.location_id = site.id
WHERE (said.on_hand, said.safety, said.incoming, said.expected_on)
      IS NOT (shelf.on_hand, shelf.safety, shelf.incoming, shelf.expected_on)
"""
NEXT = """
SELECT sku, location_id, location, on_hand, safety, incoming, expected_on FROM shelf
WHERE (sku, location_id) > (?, ?) ORDER BY sku, location_id LIMIT ?
"""


@contextmanager
def staged(counts: Iterable[Read[StockDraft]]) -> Iterator[SqliteStaging]:
    """All of them; nothing is left of it afterwards, also when the process is killed."""
    connection = sqlite3.connect("", isolation_level=None)
    try:
        staging = SqliteStaging(connection)
        staging.take(counts)
        yield staging
    finally:
        connection.close()


class SqliteStaging:
    """Counts as rows of `said` in the order of their files, then of `shelf` in that of shelves."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.files: dict[str, int] = {}
        self.notes: list[Note] = []
        self.unusable: list[Unusable] = []
        self.pool: PoolId | None = None
        self.size = 0
        for words in (unknown_sku, unknown_location):
            connection.create_function(words.__name__, 1, words)
        connection.create_function(counted_twice.__name__, 2, counted_twice)
        connection.executescript(TABLES)

    def take(self, counts: Iterable[Read[StockDraft]]) -> None:
        found = iter(counts)
        while some := list(islice(found, AT_ONCE)):
            rows = [row for row in some if isinstance(row, Row)]
            self.connection.executemany("INSERT INTO said VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", map(self.values_of, rows))
            bad = [row for row in some if isinstance(row, BadRow)]
            self.connection.executemany("INSERT INTO bad VALUES (?, ?, ?)", map(self.fault_of, bad))
            self.unusable += (one for one in some if isinstance(one, Unusable))
            self.notes += (one for one in some if isinstance(one, Note))

    def values_of(self, row: Row[StockDraft]) -> tuple[object, ...]:
        sku, location, on_hand, safety, expected = row.draft
        incoming, expected_on = (None, None) if expected is None else (expected[0], expected[1].isoformat())
        return self.number(row.source.file), row.source.line, sku, location, on_hand, safety, incoming, expected_on

    def fault_of(self, row: BadRow) -> tuple[int, int, str]:
        return self.number(row.source.file), row.source.line, row.reason

    def number(self, file: str) -> int:
        return self.files.setdefault(file, len(self.files))

    def skus(self) -> Iterator[Sequence[str]]:
        rows = self.connection.execute("SELECT DISTINCT sku FROM said")
        while some := rows.fetchmany(AT_ONCE):
            yield [sku for (sku,) in some]

    def recognize(self, skus: Collection[str]) -> None:
        self.connection.executemany("INSERT INTO known VALUES (?)", ((sku,) for sku in skus))

    def settle(self, sites: Mapping[str, Site], pool: PoolId) -> None:
        self.pool = pool
        rows = ((location, site.id.value.bytes) for location, site in sites.items())
        self.connection.executemany("INSERT INTO site VALUES (?, ?)", rows)
        self.size = self.connection.execute(FIRST_OF_EACH_SHELF).rowcount
        if self.size < self.count("said"):
            self.connection.execute(NOT_ON_A_SHELF)
            self.connection.execute(UNLIKE_THE_FIRST)

    def __len__(self) -> int:
        return self.size

    def after(self, last: Shelf | None, limit: int) -> Sequence[tuple[Shelf, StockDraft]]:
        assert self.pool is not None, "counts are settled before they are applied"
        key = ("", b"") if last is None else (last.sku, last.location.value.bytes)
        ids: dict[bytes, LocationId] = {}
        found = []
        for sku, id, location, on_hand, safety, incoming, expected_on in self.connection.execute(NEXT, (*key, limit)):
            place = ids.get(id) or ids.setdefault(id, LocationId(UUID(bytes=id)))
            expected = None if expected_on is None else (incoming, date.fromisoformat(expected_on))
            found.append((Shelf(sku, place, self.pool), StockDraft(sku, location, on_hand, safety, expected)))
        return found

    def fingerprint(self) -> str:
        """Of the rows in their order, by SHA-256."""
        digest = sha256()
        rows = self.connection.execute("SELECT sku, location_id, on_hand, safety, incoming, expected_on FROM shelf")
        for some in iter(lambda: rows.fetchmany(AT_ONCE), []):
            digest.update(repr(some).encode())
        return digest.hexdigest()

    def rejected(self, *, skip_bad_rows: bool) -> Rejected | None:
        bad, unnamed = self.left_out()
        if self.unusable or (bad and not skip_bad_rows):
            return Rejected(bad, tuple(sorted(self.unusable)), unnamed)
        return None

    def left_out(self) -> tuple[tuple[BadRow, ...], int]:
        names = list(self.files)
        rows = self.connection.execute("SELECT * FROM bad ORDER BY file, line LIMIT ?", (BAD_ROWS_MAX,))
        named = tuple(sorted(BadRow(Source(names[file], line), reason) for file, line, reason in rows))
        return named, self.count("bad") - len(named)

    def count(self, table: str) -> int:
        (size,) = self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(size)

"""P4: a share of it; all of it is `python -m bench.proof --only promise`."""

from pathlib import Path

from bench.promise import measure

SHARE = 200


def test_promises_are_what_the_oracle_says_in_every_field(shared: Path) -> None:
    found = measure(SHARE)["exact"]
    assert found["equal"] == found["triples"] == SHARE
    assert found["promises"] > SHARE * 0.8, "the triples are worth asking"

"""Posting in SQL: levels and movements change together, and no shelf gives what it does not have."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from adapters.sql.tables import stock_incoming, stock_level, stock_movement
from domain.ids import MovementId
from domain.intake.stock import StockDraft
from domain.ledger import LOSS, SUPPLIER, Account, AccountKind, Incoming, Movement, Shelf, StockCause, balances, on_hand_at
from tests.shop import NOON, Shop

CODES = ("LYON", "PARIS")


def movement(taken_from: Account, put_to: Account, quantity: int) -> Movement:
    sku = next(account.shelf.sku for account in (taken_from, put_to) if account.shelf)
    return Movement(
        id=MovementId.new(),
        at=NOON,
        sku=sku,
        taken_from=taken_from,
        put_to=put_to,
        quantity=quantity,
        cause=StockCause.TRANSFER,
    )


async def post(shop: Shop, *movements: Movement) -> tuple[Shelf, ...]:
    async with shop.work as work:
        short = await work.ledger.post(movements)
        if not short:
            await work.commit()
    return short


def expected_on(row: Incoming) -> date:
    """The day, at the store."""
    return row.expected_at.astimezone(ZoneInfo("Europe/Paris")).date()


async def on_hand(shop: Shop) -> dict[Shelf, int]:
    async with shop.database.reading() as connection:
        rows = await connection.execute(select(stock_level))
        return {Shelf(row.sku, row.location_id, row.pool_id): row.on_hand for row in rows}


async def test_units_move_from_shelf_to_shelf(shop: Shop) -> None:
    await shop.locations(*CODES)
    await shop.product("coat", "COAT")
    await shop.stock("COAT", LYON=5)
    lyon, paris = [await shop.shelf("COAT", code) for code in CODES]
    assert await post(shop, movement(on_hand_at(lyon), on_hand_at(paris), 3)) == ()
    assert await on_hand(shop) == {lyon: 2, paris: 3}
    assert (await shop.prove()).balanced


async def test_units_can_be_set_aside_on_their_own_shelf(shop: Shop) -> None:
    await shop.locations("LYON")
    await shop.product("coat", "COAT")
    await shop.stock("COAT", LYON=5)
    lyon = await shop.shelf("COAT", "LYON")
    await post(shop, movement(on_hand_at(lyon), Account(AccountKind.QUARANTINED, lyon), 2))
    async with shop.work as work:
        level = (await work.ledger.lock([lyon]))[lyon]
    assert (level.on_hand, level.quarantined) == (3, 2)
    assert (await shop.prove()).balanced


async def test_a_shelf_that_has_too_little_is_named_and_nothing_changes(shop: Shop) -> None:
    await shop.locations(*CODES)
    await shop.product("coat", "COAT")
    await shop.stock("COAT", LYON=2, PARIS=9)
    lyon, paris = [await shop.shelf("COAT", code) for code in CODES]
    short = await post(shop, movement(on_hand_at(paris), LOSS, 1), movement(on_hand_at(lyon), LOSS, 3))
    assert short == (lyon,)
    assert await on_hand(shop) == {lyon: 2, paris: 9}
    assert (await shop.prove()).movements == 2


NUMBERS = count()  # a SKU of its own for each example, since they share a database
MOVES = st.lists(
    st.tuples(st.sampled_from([0, 1, None]), st.sampled_from([0, 1, None]), st.integers(1, 5)).filter(lambda m: m[0] != m[1]),
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MOVES)
async def test_levels_are_what_their_movements_make(shop: Shop, moves: list[tuple[int | None, int | None, int]]) -> None:
    await shop.locations(*CODES)
    sku = f"COAT-{next(NUMBERS)}"
    await shop.product(sku.lower(), sku)
    shelves = [await shop.shelf(sku, code) for code in CODES]
    posted: list[Movement] = []
    for taken_from, put_to, quantity in moves:
        sides = [SUPPLIER if side is None else on_hand_at(shelves[side]) for side in (taken_from, put_to)]
        made = movement(sides[0], sides[1], quantity)
        if await post(shop, made):
            assert balances([*posted, made])[sides[0]] < 0
        else:
            posted.append(made)
    expected = balances(posted)
    found = await on_hand(shop)
    assert all(found.get(shelf, 0) == expected[on_hand_at(shelf)] >= 0 for shelf in shelves)
    assert (await shop.prove()).balanced


async def test_a_level_knows_when_it_was_counted_and_a_confirmation_within_a_day_writes_nothing(shop: Shop) -> None:
    await shop.locations("LYON")
    await shop.product("coat", "COAT")
    lyon = await shop.shelf("COAT", "LYON")
    for days, counted_on in ((0, 0), (0.9, 0), (1.1, 1.1), (5, 5)):
        shop.now = NOON + timedelta(days=days)
        await shop.stock("COAT", LYON=3)
        async with shop.work as work:
            level = (await work.ledger.lock([lyon]))[lyon]
        assert level.counted_at == NOON + timedelta(days=counted_on)
    async with shop.database.reading() as connection:
        assert (await connection.execute(select(func.count()).select_from(stock_movement))).scalar_one() == 1


async def test_what_is_expected_is_replaced_by_what_a_newer_file_says(shop: Shop) -> None:
    await shop.locations("LYON")
    await shop.product("coat", "COAT")
    lyon, first, second = await shop.shelf("COAT", "LYON"), date(2026, 12, 8), date(2027, 1, 9)
    for quantity, expected_at, kept in ((5, first, [(5, first)]), (7, second, [(7, second)]), (0, second, [])):
        outcome = await shop.count(StockDraft(sku="COAT", location="LYON", on_hand=0, expected=(quantity, expected_at)))
        assert outcome.touched == 1
        async with shop.work as work:
            rows = (await work.ledger.incoming([lyon])).get(lyon, ())
        assert [(row.quantity, expected_on(row)) for row in rows] == kept
        again = await shop.count(StockDraft(sku="COAT", location="LYON", on_hand=0, expected=(quantity, expected_at)))
        assert again.touched == 0


async def test_what_is_promised_of_incoming_goods_stays_promised(shop: Shop) -> None:
    await shop.locations("LYON")
    await shop.product("coat", "COAT")
    lyon, first, second = await shop.shelf("COAT", "LYON"), date(2026, 12, 8), date(2027, 1, 9)
    await shop.count(StockDraft(sku="COAT", location="LYON", on_hand=0, expected=(5, first)))
    async with shop.database.writing() as connection:
        await connection.execute(update(stock_incoming).values(promised=2))
        await connection.commit()
    for expected, kept in (
        ((5, first), [(5, 2, first)]),
        ((5, second), [(2, 2, first), (3, 0, second)]),
        ((0, second), [(2, 2, first)]),
    ):
        await shop.count(StockDraft(sku="COAT", location="LYON", on_hand=0, expected=expected))
        async with shop.work as work:
            rows = (await work.ledger.incoming([lyon]))[lyon]
        assert [(row.quantity, row.promised, expected_on(row)) for row in rows] == kept

"""Other systems: a till or a marketplace acts by a token of its own, in its channel and no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.sql.work import SqlWork
from domain.session import begun_by_integration, ended
from gateway.answer import Refused
from tests.shop import WEB, Shop

ASKS = "{ viewer { roles channel { code } staff { name } customer { id } } }"


async def test_a_till_acts_in_its_own_channel_until_its_token_is_revoked(shop: Shop) -> None:
    session = begun_by_integration("caisse", (await shop.actor()).channel.id, shop.now)
    token = await shop.opened_by(session)
    viewer = (await shop.ask(ASKS, token=token))["viewer"]
    assert viewer == {"roles": ["INTEGRATION"], "channel": {"code": "web"}, "staff": None, "customer": None}
    async with SqlWork(shop.database) as work:
        assert await ended(work, shop.now, integration="caisse") == 1
        await work.commit()
    with pytest.raises(Refused):
        await shop.ask(ASKS, token=token)


async def test_it_does_not_go_to_other_channels(shop: Shop) -> None:
    await Shop.opened(shop.database, replace(WEB, code="mobile", name="Mobile"))
    token = await shop.opened_by(begun_by_integration("caisse", (await shop.actor()).channel.id, shop.now))
    with pytest.raises(Refused):
        await shop.ask(ASKS, token=token, channel="mobile")

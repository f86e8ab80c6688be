"""Mails: a file each, or by SMTP; what goes wrong is logged without telling whom it was for."""

from __future__ import annotations

import asyncio
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from adapters.mail import WAITING_MAX, Deliveries, MailFolder, Smtp
from domain.mail import Letters, Mail
from gateway.settings import Settings
from tests.shop import Mailbox

MAIL = Mail("lou@shop.test", "Confirmez votre adresse e-mail", "Un café, à 2 € ?\n")


async def test_each_mail_is_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    mails = Deliveries(MailFolder(tmp_path / "mail"))
    mails.send(MAIL)
    await mails.close()
    (file,) = (tmp_path / "mail").iterdir()
    read = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (read["To"], read["Subject"], read.get_content()) == (MAIL.to, MAIL.subject, MAIL.text)
    assert file.stat().st_mode & 0o077 == 0


class MailServer:
    """As much of RFC 5321 as one mail needs; `received` is what came after DATA."""

    def __init__(self) -> None:
        self.received: list[bytes] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 shop.test\r\n")
        while line := await reader.readline():
            match line[:4].upper():
                case b"DATA":
                    writer.write(b"354 go on\r\n")
                    self.received.append(await reader.readuntil(b"\r\n.\r\n"))
                    writer.write(b"250 taken\r\n")
                case b"QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                case _:
                    writer.write(b"250 fine\r\n")
        writer.close()


async def test_a_mail_goes_out_by_smtp() -> None:
    there = MailServer()
    server = await asyncio.start_server(there.talk, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        mails = Deliveries(Smtp(f"smtp://127.0.0.1:{port}", "shop@shop.test"))
        mails.send(MAIL)
        await mails.close()
    (body,) = there.received
    read = message_from_bytes(body, policy=policy.default)
    assert (read["From"], read["To"]) == ("shop@shop.test", MAIL.to)


async def test_a_mail_that_fails_is_logged_without_its_address() -> None:
    mails = Deliveries(Smtp("smtp://127.0.0.1:1", "shop@shop.test"))
    with capture_logs() as logs:
        mails.send(MAIL)
        await mails.close()
    (line,) = logs
    assert line["event"] == "mail not sent"
    assert "lou" not in repr(logs)


class Never:
    async def deliver(self, mail: Mail) -> None:
        await asyncio.Event().wait()


async def test_mails_that_wait_are_bounded_and_those_beyond_are_dropped() -> None:
    mails = Deliveries(Never())
    with capture_logs() as logs:
        for _ in range(WAITING_MAX + 1):
            mails.send(MAIL)
        for task in mails.waiting:
            task.cancel()
        await mails.close()
    assert [line["event"] for line in logs] == ["mail dropped"]


def test_a_password_goes_out_in_clear_to_this_machine_alone() -> None:
    assert Smtp("smtp://shop:secret@mail.shop.test", "shop@shop.test").must_upgrade
    assert not Smtp("smtp://shop:secret@127.0.0.1", "shop@shop.test").must_upgrade
    assert Smtp("smtps://shop:secret%40@mail.shop.test", "shop@shop.test").password == "secret@"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_letter_is_written_in_both_languages(language: str) -> None:
    box = Mailbox()
    letters = Letters(box, "https://shop.test/storefront", language)
    letters.verify("a@b.test", "CODE")
    letters.reset("a@b.test", "CODE")
    letters.account_exists("a@b.test")
    letters.password_changed("a@b.test")
    letters.address_changed("a@b.test")
    assert len({mail.subject for mail in box.mails}) == 5
    assert all("https://shop.test/storefront#" in mail.text for mail in box.mails)
    assert ("adresse" in box.mails[0].text) == (language == "fr")


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"mail_url": "http://mail.shop.test"}, "COMPTOIR_MAIL_URL"),
        ({"mail_url": "smtp://mail.shop.test"}, "COMPTOIR_MAIL_FROM"),
        ({"oidc_issuer": "https://id.shop.test"}, "COMPTOIR_OIDC_AUDIENCE"),
        ({"oidc_issuer": "id.shop.test", "oidc_audience": "shop"}, "address"),
        ({"storefront_url": "ftp://shop.test"}, "address"),
    ],
)
def test_settings_that_cannot_be_are_refused_by_name(given: dict[str, str], names: str) -> None:
    with pytest.raises(ValueError, match=names):
        Settings(**given)  # type: ignore[arg-type]

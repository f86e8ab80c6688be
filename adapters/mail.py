"""Mails: by SMTP, or each a file in a folder; sent behind the one who asked, who is not kept waiting and told nothing."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import structlog
import uuid_utils
from aiosmtplib import send

from domain.mail import Mail

WAITING_MAX = 200
SECONDS_MAX = 15  # for one mail
CLOSING_SECONDS_MAX = 10
AT_ONCE = 4
PORTS = {"smtp": 587, "smtps": 465}

log = structlog.get_logger("comptoir")


class Carrier(Protocol):
    async def deliver(self, mail: Mail) -> None:
        """Raises whatever goes wrong."""
        ...


class MailFolder:
    """Files that only their owner reads: they hold codes that open accounts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def deliver(self, mail: Mail) -> None:
        await asyncio.to_thread(self.write, message_of(mail, "shop@localhost"))

    def write(self, message: EmailMessage) -> None:
        """Whoever looks into the folder finds whole files alone, the newest last."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self.folder / f"{uuid_utils.uuid7()}.eml"
        part = file.with_suffix(".part")
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(message.as_bytes())
        part.rename(file)


class Smtp:
    """`url` is `smtp://user:password@host:587` or `smtps://…`; a password never goes out in clear but to this machine."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self.host, self.port, self.sender = parts.hostname or "", parts.port or PORTS[parts.scheme], sender
        self.user, self.password = unquote(parts.username or "") or None, unquote(parts.password or "") or None
        self.by_tls = parts.scheme == "smtps"
        self.must_upgrade = self.user is not None and not self.by_tls and not is_here(self.host)

    async def deliver(self, mail: Mail) -> None:
        if "@" not in mail.to:
            raise ValueError("no way to send text messages is set up")
        await send(
            message_of(mail, self.sender),
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.by_tls,
            start_tls=True if self.must_upgrade else None,
            timeout=SECONDS_MAX,
        )


class Deliveries:
    """A bounded number of mails on their way, of which no more is logged than how one failed."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier = carrier
        self.turns = asyncio.Semaphore(AT_ONCE)
        self.waiting: set[asyncio.Task[None]] = set()

    def send(self, mail: Mail) -> None:
        if len(self.waiting) >= WAITING_MAX:
            log.error("mail dropped", waiting=len(self.waiting))
            return
        task = asyncio.create_task(self.delivered(mail))
        self.waiting.add(task)
        task.add_done_callback(self.waiting.discard)

    async def delivered(self, mail: Mail) -> None:
        if failure := await self.deliver(mail):
            log.error("mail not sent", kind=failure)

    async def deliver(self, mail: Mail) -> str | None:
        try:
            async with self.turns, asyncio.timeout(SECONDS_MAX):
                await self.carrier.deliver(mail)
        except Exception as error:
            return type(error).__name__
        return None

    async def settled(self) -> None:
        """Once all that was sent until now has arrived, or failed."""
        if self.waiting:
            await asyncio.wait(tuple(self.waiting))

    async def close(self) -> None:
        """Waits for those on their way, and not for ever."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS_MAX):
                await self.settled()
        for task in tuple(self.waiting):
            task.cancel()
        if self.waiting:
            log.error("mails not sent", kind="Closing", mails=len(self.waiting))
            await asyncio.wait(tuple(self.waiting))


def message_of(mail: Mail, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, mail.to, mail.subject
    message.set_content(mail.text)
    return message


def is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

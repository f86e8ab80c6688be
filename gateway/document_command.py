"""`comptoir documents`: queries that a shop's own apps name instead of sending them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from graphql import GraphQLError

from adapters.sql.channel import SqlChannels
from adapters.sql.migrate import migrate
from adapters.sql.work import SqlWork
from domain.channel import Channel
from domain.document import RegisteredDocument
from domain.document import register as register_documents
from gateway.request import BODY_BYTES_MAX
from gateway.run import fail, run, say, the_settings
from schema.build import build
from schema.document import Document

FILES_MAX = 10_000

documents = typer.Typer(help="Registers the queries that a channel answers by name.", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(exists=True, file_okay=False, help="With .graphql files, at any depth.")]
ChannelCode = Annotated[str, typer.Option("--channel", help="The code of the channel that will answer them.")]


@documents.command()
def register(folder: Folder, channel: ChannelCode) -> None:
    """Registers a folder of documents for a channel: all of them, or none if one is not valid. Twice changes nothing.

    A client then sends `documentId`: `sha256:` and the hash of the file as it is, to its last byte. A channel whose
    `registered_only` is true answers nothing else.
    """
    run(migrate)
    wanted = checked(folder)
    sold_by = channel_named(channel)
    added = run(lambda database: register_documents(SqlWork(database), sold_by, wanted))
    say(f"Documents of {channel}: {added} added, {len(wanted) - added} as they were.")


def checked(folder: Path) -> list[RegisteredDocument]:
    """Every file of the folder, valid against the schema of this version and within its limits."""
    files = sorted([*folder.rglob("*.graphql"), *folder.rglob("*.gql")])
    if not 0 < len(files) <= FILES_MAX:
        fail(f"{folder} holds {len(files)} .graphql files; from 1 to {FILES_MAX} are needed")
    schema, found = build(incremental=the_settings().incremental == "on"), []
    wrong: list[str] = []
    for file in files:
        text = text_of(file)
        document = schema.documents.of(text)
        if isinstance(document, Document):
            found.append(RegisteredDocument(document.hash, str(file.relative_to(folder)), text))
        else:
            wrong += told(file, document)
    if wrong:
        fail("\n".join(["nothing was registered:", *wrong]))
    return found


def text_of(file: Path) -> str:
    """As it is, with its line ends: the hash is of every byte."""
    content = file.read_bytes()
    if len(content) > BODY_BYTES_MAX:
        fail(f"{file} has more than {BODY_BYTES_MAX:,} bytes, which is the limit of a request")
    try:
        return content.decode()
    except UnicodeDecodeError:
        fail(f"{file} is not UTF-8")


def told(file: Path, errors: list[GraphQLError]) -> Iterator[str]:
    for error in errors:
        line = f":{error.locations[0].line}" if error.locations else ""
        yield f"{file}{line}: {error.message}"


def channel_named(code: str) -> Channel:
    channels = {channel.code: channel for channel in run(lambda database: SqlChannels(database).every())}
    if code not in channels:
        fail(f"--channel: no channel has code {code!r}; there are {', '.join(channels) or 'none yet'}")
    return channels[code]

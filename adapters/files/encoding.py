"""A file's bytes as text: unpacked where they are gzip, in the encoding they turn out to be."""

from __future__ import annotations

import gzip
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import BinaryIO, cast

MARKS = {BOM_UTF8: "utf-8-sig", BOM_UTF16_LE: "utf-16", BOM_UTF16_BE: "utf-16"}
ASSUMED = "cp1252"  # what programs for Windows write in western Europe, where the bytes are not UTF-8
GZIP = b"\x1f\x8b"
BLOCK_BYTES = 1 << 20


class Unreadable(Exception):
    """Why no text can be had from a file."""


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text, to be read once; `raw` is the file as it lies on disk, `size` bytes long."""

    stream: TextIOWrapper
    encoding: str
    raw: BufferedReader
    size: int

    @property
    def is_assumed(self) -> bool:
        return self.encoding == ASSUMED

    @property
    def part_read(self) -> float:
        return self.raw.tell() / max(self.size, 1)


@contextmanager
def opened(file: Path) -> Iterator[Text]:
    """Read twice: once to know its encoding. Raises Unreadable, also while it is read."""
    try:
        encoding = encoding_of(file)
        with file.open("rb") as raw, TextIOWrapper(unpacked(raw), encoding, newline="") as stream:
            yield Text(stream, encoding, raw, file.stat().st_size)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise Unreadable("cannot be unpacked: its gzip is damaged, or was cut off") from None
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None


def unpacked(raw: BufferedReader) -> BinaryIO:
    packed = raw.peek(len(GZIP)).startswith(GZIP)
    return cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw


def encoding_of(file: Path) -> str:
    with file.open("rb") as raw, unpacked(raw) as stream:
        head = stream.read(max(map(len, MARKS)))
    marked = [encoding for mark, encoding in MARKS.items() if head.startswith(mark)]
    for encoding in marked or ("utf-8", ASSUMED):
        if is_text(file, encoding):
            return encoding
    raise Unreadable("is neither UTF-8, UTF-16 with its mark, nor Windows-1252; save it as CSV UTF-8")


def is_text(file: Path, encoding: str) -> bool:
    """Does it decode to the end? Raises Unreadable for a NUL, which no database keeps."""
    decoder, line = getincrementaldecoder(encoding)(), 1
    with file.open("rb") as raw, unpacked(raw) as stream:
        while True:
            block = stream.read(BLOCK_BYTES)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError:
                return False
            if "\0" in text:
                raise Unreadable(f"holds a NUL byte in line {line + text[: text.index(chr(0))].count(chr(10))}")
            line += text.count("\n")
            if not block:
                return True

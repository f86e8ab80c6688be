"""Search: the words a product is found by, what stands for a word that a shopper types, and what each match is worth."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations
from typing import Protocol

import snowballstemmer
from rapidfuzz.distance import OSA

from domain.actor import Actor
from domain.refusal import InvalidInput
from domain.text import folded

SEARCH_CHARACTERS_MAX = 200
SEARCH_WORDS_MAX = 12
WORD_CHARACTERS_MAX = 64  # what is longer counts by its beginning; an index has no room for more
PREFIX_CHARACTERS_MIN = 2
STEM_CHARACTERS_MIN = 3
START_CHARACTERS = 7  # mistakes are looked for in the beginning of a word: it is enough, and keeps few forms
CODE_MARK, GAP_MARK = "#", "~"  # no word holds them, so that codes and beginnings with gaps stand apart from words

RUN = re.compile(r"[^\W_]+")
SPELLED_OUT = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "™": " ", "℠": " "})
LEFT_APART = (  # by the stemmers, once accents are folded: matelassée and matelassé, bijoux and bijou, blanche and blanc
    (re.compile(r"(?<=\w{3})ees?$"), "e"),
    (re.compile(r"(?<=\w{2})oux$"), "ou"),
    (re.compile(r"(?<=\w{2}n)ches?$"), "c"),
)
STEMMERS = (snowballstemmer.stemmer("french"), snowballstemmer.stemmer("english"))
STOP_WORDS = frozenset(
    ("a", "au", "aux", "avec", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "pour", "un", "une")
)
STOP_WORDS |= {"and", "for", "in", "of", "on", "the", "with"}


class Closeness(IntEnum):
    """What a match is worth, times the weight of the field it is found in; the best match of each word counts."""

    MISTAKE = 1
    PREFIX = 3
    STEM = 6
    WORD = 8
    CODE = 1_000  # more than all the words of a search together


class Weight(IntEnum):
    """Of a field. Codes are weighed by `Closeness` alone, and so are their parts."""

    CODE = 1
    ATTRIBUTE = 2
    TITLE = 4


@dataclass(frozen=True, slots=True)
class Document:
    """What one product is found by. Attributes: vendor, category titles, option values; codes: SKUs and barcodes."""

    title: str
    attributes: Collection[str]
    codes: Collection[str]


@dataclass(frozen=True, slots=True)
class Sought:
    """A word of a search, and the words of the index that stand for it beside those that begin with it.

    `akin` share a stem with it; `meant` are what it may be a mistake for, where nothing else stands for it.
    """

    word: str
    akin: tuple[str, ...] = ()
    meant: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """Finds a product that has all of the words, the rarest first, or a SKU or barcode that begins with `code`: all that
    was typed, joined; None where none does.
    """

    code: str | None
    words: tuple[Sought, ...]


@dataclass(frozen=True, slots=True)
class Neighbors:
    """What the index has near some words, each with how often, counted up to a bound.

    `beginnings`: of those words and of the code, how often something begins with it; `akin`: words by the form they share.
    """

    beginnings: Mapping[str, int]
    akin: Collection[tuple[str, str, int]]

    def are_near(self, word: str) -> int:
        stems = stems_of(word)
        return self.beginnings.get(word, 0) + sum(times for form, _, times in self.akin if form in stems)


class SearchReads(Protocol):
    async def neighbors(self, actor: Actor, code: str, words: Sequence[str]) -> Neighbors:
        """Of the words by which products are found in the actor's channel."""
        ...


# ------------------------------------------------------------------------------------------------ what a text holds


def words_of(text: str) -> list[str]:
    """Runs of letters and digits, without case and accents: `L'Eau d'Été` is l, eau, d, ete."""
    return [run[:WORD_CHARACTERS_MAX] for run in RUN.findall(folded(text.translate(SPELLED_OUT)).lower())]


def code_of(words: Iterable[str]) -> str:
    """`MTX-MLL-NOI-38` and `mtx mll noi 38` are one code."""
    return CODE_MARK + "".join(words)[:WORD_CHARACTERS_MAX]


def weights(document: Document) -> dict[str, int]:
    """The words and codes of the index that find a document, each by the weightiest field it stands in.

    A code of several parts is found by those too.
    """
    codes = [words for code in document.codes if (words := words_of(code))]
    found: dict[str, int] = {code_of(words): Weight.CODE for words in codes}
    found |= {part: Weight.CODE for words in codes if len(words) > 1 for part in words}
    found |= {word: Weight.ATTRIBUTE for text in document.attributes for word in words_of(text)}
    return found | {word: Weight.TITLE for word in words_of(document.title)}


# ------------------------------------------------------------------------------------------------ how words compare


def stems_of(word: str) -> set[str]:
    """The word itself, and its French and its English stem, as nobody says which language it is of."""
    plain = word
    for ending, kept in LEFT_APART:
        plain = ending.sub(kept, plain)
    stems = (stemmer.stemWord(plain) for stemmer in STEMMERS)
    return {word, *(stem for stem in stems if len(stem) >= STEM_CHARACTERS_MIN)}


def mistakes_max(word: str) -> int:
    """Numbers and codes are as they are; a short word with a mistake is another word."""
    if not word.isalpha() or len(word) < 4:
        return 0
    return 1 if len(word) < 8 else 2


def forms_of(word: str) -> set[str]:
    """What a word shares with those of its stem, and, by the gaps, with those that it may be a mistake for.

    Words so many edits apart have beginnings that are equal once each has lost so many letters (SymSpell).
    """
    if not word.isalpha():
        return set()
    start, mistakes = word[:START_CHARACTERS], mistakes_max(word)
    gapped = (combinations(start, len(start) - gaps) for gaps in range(mistakes + 1) if mistakes)
    return stems_of(word) | {GAP_MARK + "".join(letters) for some in gapped for letters in some}


def edits(one: str, other: str) -> int | None:
    """Letters to add, leave out, change or swap with the next; None if they are more than both words allow."""
    most = min(mistakes_max(one), mistakes_max(other))
    apart = OSA.distance(one, other, score_cutoff=most)
    return apart if apart <= most else None


# ------------------------------------------------------------------------------------------------ what is asked for


async def understood(reads: SearchReads, actor: Actor, text: str | None) -> Search | InvalidInput | None:
    """What a text asks for in the actor's channel; None for a blank one, which asks for nothing."""
    if text is None or not text.strip():
        return None
    if len(text) > SEARCH_CHARACTERS_MAX:
        return InvalidInput(("search",), f"`search` has {len(text)} characters; it must have {SEARCH_CHARACTERS_MAX} at most.")
    every = words_of(text) or [""]  # of punctuation alone: a word that nothing is called
    telling = telling_of(every)
    if len(telling) > SEARCH_WORDS_MAX:
        return InvalidInput(("search",), f"`search` has {len(telling)} words; it must have {SEARCH_WORDS_MAX} at most.")
    code = code_of(every)
    near = await reads.neighbors(actor, code, telling)
    words = [sought(word, near) for word in sorted(finished(telling, near), key=near.are_near)]
    return Search(code if near.beginnings.get(code) else None, tuple(words))


def telling_of(words: Iterable[str]) -> list[str]:
    """Each word once, and stop words only where there is nothing else."""
    each = list(dict.fromkeys(words))
    return [word for word in each if word not in STOP_WORDS] or each


def finished(words: list[str], near: Neighbors) -> list[str]:
    """Without single characters that nothing is called, such as the b of `manteau b`, unless they are all there is."""
    return [word for word in words if len(word) >= PREFIX_CHARACTERS_MIN or near.are_near(word)] or words


def sought(word: str, near: Neighbors) -> Sought:
    """Mistakes are forgiven only to a word that nothing else stands for, and only the nearest are."""
    if near.are_near(word):
        stems = stems_of(word)
        return Sought(word, akin=tuple(sorted({other for form, other, _ in near.akin if form in stems} - {word})))
    apart = {other: far for other in {other for _, other, _ in near.akin} if (far := edits(word, other)) is not None}
    return Sought(word, meant=tuple(sorted(other for other, far in apart.items() if far == min(apart.values()))))

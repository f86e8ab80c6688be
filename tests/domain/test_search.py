"""Words, codes, stems and mistakes: what stands for what a shopper types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actor import Actor
from domain.channel import Channel
from domain.ids import SHARED_POOL, ChannelId
from domain.refusal import InvalidInput
from domain.search import (
    CODE_MARK,
    PREFIX_CHARACTERS_MIN,
    SEARCH_WORDS_MAX,
    Closeness,
    Document,
    Neighbors,
    Search,
    Sought,
    Weight,
    edits,
    forms_of,
    stems_of,
    understood,
    weights,
    words_of,
)
from domain.text import folded
from tests.shop import WEB

ACTOR = Actor(Channel(**{f.name: getattr(WEB, f.name) for f in fields(WEB)}, id=ChannelId.new(), pool=SHARED_POOL))
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = st.text(LETTERS + "àâçéèêëîïôùûüœ", min_size=1, max_size=14)
TITLES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
LONG = st.text(LETTERS, min_size=5, max_size=14)


class Words:
    """An index that is a list of words."""

    def __init__(self, *words: str) -> None:
        self.words = words

    async def neighbors(self, actor: Actor, code: str, words: Sequence[str]) -> Neighbors:
        forms = {form for word in words for form in forms_of(word)}
        begun = {asked: sum(begins(asked, word) for word in self.words) for asked in (code, *words)}
        return Neighbors(begun, [(form, word, 1) for word in self.words for form in sorted(forms & forms_of(word))])


def begins(asked: str, word: str) -> bool:
    return word.startswith(asked) if len(asked.removeprefix(CODE_MARK)) >= PREFIX_CHARACTERS_MIN else word == asked


async def search_for(text: str, *words: str) -> Search:
    search = await understood(Words(*words), ACTOR, text)
    assert isinstance(search, Search)
    return search


@given(TITLES)
def test_neither_case_nor_accents_nor_order_matter(title: str) -> None:
    assert words_of(title.upper()) == words_of(title) == words_of(folded(title))
    assert weights(Document(" ".join(reversed(title.split())), (), ())) == weights(Document(title, (), ()))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L'Eau d’Été", ["l", "eau", "d", "ete"]),
        ("T-shirt 100% coton", ["t", "shirt", "100", "coton"]),
        ("Gore-Tex™ Cœur & Œuvre", ["gore", "tex", "coeur", "oeuvre"]),
        ("?! …", []),
        ("x" * 100, ["x" * 64]),
    ],
)
def test_words_are_runs_of_letters_and_digits(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("manteau", "manteaux"),
        ("cheval", "chevaux"),
        ("bijou", "bijoux"),
        ("ecologique", "écologiques"),
        ("matelassé", "matelassées"),
        ("blanc", "blanches"),
        ("noir", "noires"),
        ("run", "running"),
        ("shoe", "shoes"),
    ],
)
def test_what_differs_by_its_ending_shares_a_stem(one: str, other: str) -> None:
    (first,), (second,) = words_of(one), words_of(other)
    assert stems_of(first) & stems_of(second)


def changed(word: str, kind: str, at: int, letter: str) -> str:
    before, after = word[:at], word[at:]
    match kind:
        case "add":
            return before + letter + after
        case "leave out":
            return before + after[1:]
        case "change":
            return before + letter + after[1:]
        case _:
            return before + after[1:2] + after[:1] + after[2:]


KINDS = st.sampled_from(["add", "leave out", "change", "swap"])


@given(LONG, KINDS, st.integers(0, 4), st.sampled_from(LETTERS))
def test_a_mistake_in_a_word_leaves_a_form_in_common(word: str, kind: str, at: int, letter: str) -> None:
    typed = changed(word, kind, at, letter)
    assert edits(typed, word) in (0, 1)
    assert forms_of(typed) & forms_of(word)


@given(st.text(LETTERS, min_size=10, max_size=14), KINDS, KINDS, st.integers(0, 7), st.integers(0, 7), st.sampled_from(LETTERS))
def test_two_mistakes_in_a_long_word_leave_a_form_in_common(
    word: str, one: str, other: str, at: int, then: int, letter: str
) -> None:
    typed = changed(changed(word, one, at, letter), other, then, letter)
    if edits(typed, word) is not None:  # letters that are swapped twice may be further apart
        assert forms_of(typed) & forms_of(word)


@pytest.mark.parametrize(("typed", "word"), [("rob", "robe"), ("nobe", "noces"), ("3614", "3615"), ("abc12", "abc13")])
def test_short_words_numbers_and_codes_are_as_they_are(typed: str, word: str) -> None:
    assert edits(typed, word) is None


@given(TITLES)
async def test_each_beginning_of_each_word_of_a_title_stands_for_it(title: str) -> None:
    words = tuple(weights(Document(title, (), ())))
    for word in words:
        for end in range(2, len(word) + 1):
            (sought,) = (await search_for(word[:end], *words)).words
            assert not sought.meant


async def test_mistakes_are_forgiven_only_where_nothing_else_stands_for_a_word_and_only_the_nearest() -> None:
    assert (await search_for("mantaeu", "manteau", "manteaux")).words == (Sought("mantaeu", meant=("manteau",)),)
    assert (await search_for("pantalon", "pantalon", "pantalan")).words == (Sought("pantalon"),)
    assert (await search_for("mante", "manteau", "menthe")).words == (Sought("mante"),)


async def test_stop_words_count_only_where_there_is_nothing_else() -> None:
    assert [sought.word for sought in (await search_for("le manteau de la", "manteau")).words] == ["manteau"]
    assert {sought.word for sought in (await search_for("de la", "manteau")).words} == {"de", "la"}


async def test_a_character_that_nothing_is_called_is_still_being_typed() -> None:
    assert [sought.word for sought in (await search_for("manteau b", "manteau", "bleu")).words] == ["manteau"]
    assert {sought.word for sought in (await search_for("manteau b", "manteau", "b")).words} == {"manteau", "b"}
    assert [sought.word for sought in (await search_for("b", "bleu")).words] == ["b"]


async def test_the_rarest_word_comes_first_and_a_code_is_asked_for_only_if_there_is_one() -> None:
    search = await search_for("mtx mll", "mtx", "mtx", "mll", "#mtxmll38")
    assert [sought.word for sought in search.words] == ["mll", "mtx"]
    assert search.code == "#mtxmll"
    assert (await search_for("manteau", "manteau")).code is None


async def test_a_blank_text_asks_for_nothing_and_punctuation_for_what_is_not_there() -> None:
    assert [await understood(Words(), ACTOR, text) for text in (None, "", " \n")] == [None, None, None]
    assert await understood(Words("manteau", "#mtx"), ACTOR, "?!") == Search(None, (Sought(""),))


@pytest.mark.parametrize("text", ["a" * 201, " ".join(f"mot{n}" for n in range(SEARCH_WORDS_MAX + 1))])
async def test_what_is_too_long_is_refused_by_name(text: str) -> None:
    refusal = await understood(Words(), ACTOR, text)
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == ("search",)


def test_a_document_is_found_by_each_word_in_its_weightiest_field_and_by_its_codes() -> None:
    document = Document("Manteau Milly", {"Milly", "Noir"}, {"MTX-38", "3614270001234"})
    assert weights(document) == {
        "manteau": Weight.TITLE,
        "milly": Weight.TITLE,
        "noir": Weight.ATTRIBUTE,
        "mtx": Weight.CODE,
        "38": Weight.CODE,
        "#mtx38": Weight.CODE,
        "#3614270001234": Weight.CODE,
    }


def test_a_whole_code_is_worth_more_than_all_words() -> None:
    assert Closeness.CODE * Weight.CODE > SEARCH_WORDS_MAX * Closeness.WORD * Weight.TITLE

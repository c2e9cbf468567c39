"""Each link follows from the one before; whatever is taken out, changed or put in is named."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgers.chain.links import (
    NONE_BEFORE,
    About,
    ChainLink,
    NotInTheChain,
    following,
    known_link,
    latest,
    prove_covered,
    prove_links,
    sha256,
)

AT = dt.datetime(2026, 5, 4, 9)
THINGS = [About("part", 7, 0), About("run", 7), About("approval", 8, 1), About("policy", 2)]


def chain(count: int) -> list[ChainLink]:
    return following(None, [(THINGS[each % 4], sha256(str(each).encode())) for each in range(count)], AT)


def test_a_digest_anybody_can_work_out_again() -> None:
    (link,) = following(None, [(About("run", 7), sha256(b"run 7"))], AT)
    line = f"1,run,7,0,2026-05-04 09:00:00,{sha256(b'run 7')},{NONE_BEFORE}\n"
    assert (link.nr, link.before, link.digest) == (1, NONE_BEFORE, sha256(line.encode()))


@given(st.integers(0, 9), st.integers(0, 9))
def test_links_added_in_two_goes_are_those_added_in_one(first: int, more: int) -> None:
    whole = chain(first + more)
    covered = [(each.about, each.covers) for each in whole]
    begun = following(None, covered[:first], AT)
    last = (begun[-1].nr, begun[-1].digest) if begun else None
    assert [*begun, *following(last, covered[first:], AT)] == whole
    assert list(prove_links(whole)) == []


@given(st.integers(1, 9), st.data())
def test_a_link_taken_out_of_the_middle_is_named(count: int, data: st.DataObject) -> None:
    links = chain(count + 1)
    del links[data.draw(st.integers(0, count - 1))]
    assert "are not there" in str(next(prove_links(links)))


@given(st.data())
def test_whatever_is_changed_of_a_link_is_named(data: st.DataObject) -> None:
    links, place = chain(6), data.draw(st.integers(0, 5))
    other: dict[str, Any] = {
        "what": "debt",
        "of": 99,
        "place": 5,
        "at": AT + dt.timedelta(1),
        "covers": sha256(b"x"),
        "digest": "f" * 64,
    }
    name = data.draw(st.sampled_from(sorted(other)))
    links[place] = replace(links[place], **{name: other[name]})
    assert next(each.where for each in prove_links(links)).startswith(f"the chain, link {place + 1} ")


def test_one_made_anew_does_not_follow() -> None:
    links = chain(4)
    (made,) = following((1, links[0].digest), [(About("run", 9), sha256(b"another"))], AT)
    links[1] = made
    assert [each.where for each in prove_links(links)] == [f"the chain, {links[2].title}"]


def test_the_later_of_two_links_about_one_thing_counts() -> None:
    links = following(None, [(THINGS[0], sha256(b"a")), (THINGS[0], sha256(b"b"))], AT)
    assert latest(links) == {THINGS[0]: links[1]}
    assert list(prove_covered(latest(links), {THINGS[0]: sha256(b"b")})) == []
    (found,) = prove_covered(latest(links), {THINGS[0]: sha256(b"a")})
    assert (found.where, found.what) == (
        "the chain, link 2 (the entries of run 7, part 0)",
        "is not what it was when the link was made",
    )


def test_what_is_in_no_link_is_named() -> None:
    (found,) = prove_covered({}, {About("debt", 7, 12): sha256(b"")})
    assert str(found).startswith("the chain, the debt of payee 12 after run 7: is in no link")


def test_a_digest_kept_on_paper_is_found_by_how_it_begins() -> None:
    links = chain(5)
    spaced = " ".join((links[2].digest[:8], links[2].digest[8:20].upper()))
    assert known_link(links, spaced) == links[2]
    for other in ("0" * 64, links[2].digest[:15], ""):
        with pytest.raises(NotInTheChain):
            known_link(links, other)

"""To whom a paper goes, on each day of a life: home, a representative, a deputy, then the estate or the executors."""

import datetime as dt
from dataclasses import replace

import pytest

from billing.documents.addressing import Correspondent, NobodyToSendTo, addressed, lines_of


def may(number: int) -> dt.date:
    return dt.date(2026, 5, number)


HOME = Correspondent(
    "home", "Mary Example", "1 High Street; Sampleton", "ZZ9 9ZZ", None, "post", "Welsh", "large", may(1), None
)
SON = replace(
    HOME,
    capacity="representative",
    name="A son",
    address="2 Low Road",
    channel="email",
    email="son@example.org",
    language="English",
    print="standard",
    starts=may(5),
)
DEPUTY = replace(SON, capacity="deputy", name="A deputy", starts=may(10), ends=may(20))
ESTATE = replace(SON, capacity="estate", name="A solicitor", starts=may(28))
EVERY = (DEPUTY, HOME, ESTATE, SON)


@pytest.mark.parametrize(
    "on, died, name, capacity, channel",
    [
        (may(1), None, "Mary Example", "home", "post"),
        (may(5), None, "A son", "representative", "email"),
        (may(10), None, "A deputy", "deputy", "email"),
        (may(19), may(20), "A deputy", "deputy", "email"),
        (may(20), None, "A son", "representative", "email"),
        (may(20), may(20), "Mary Example", "executors", "post"),
        (may(28), may(20), "A solicitor", "estate", "email"),
        (may(28), None, "A solicitor", "estate", "email"),
    ],
)
def test_who_is_written_to(on: dt.date, died: dt.date | None, name: str, capacity: str, channel: str) -> None:
    made = addressed("Mary Example", EVERY, on, died)
    assert (made.name, made.capacity, made.channel) == (name, capacity, channel)


def test_an_estate_comes_before_a_deputy_still_recorded() -> None:
    assert addressed("Mary Example", (replace(DEPUTY, ends=None), ESTATE), may(28), may(20)).name == "A solicitor"


def test_executors_are_at_home_or_else_in_care_of_whoever_acted_last() -> None:
    home = addressed("Mary Example", (HOME, SON), may(25), may(20))
    assert home.address == ("1 High Street", "Sampleton", "ZZ9 9ZZ") and (home.language, home.print) == (
        "Welsh",
        "large",
    )
    other = addressed("Mary Example", (SON, DEPUTY), may(12), may(11))
    assert other.address == ("c/o A deputy", "2 Low Road", "ZZ9 9ZZ")
    gone = addressed("Mary Example", (replace(SON, ends=may(7)),), may(25), may(20))
    assert gone.address[0] == "c/o A son"


def test_the_client_s_death_changes_nothing_for_somebody_else_who_pays() -> None:
    made = addressed("A daughter", (replace(SON, capacity="home", name="A daughter"),), may(25), may(20), "third party")
    assert (made.name, made.capacity, made.channel) == ("A daughter", "home", "email")


@pytest.mark.parametrize("those", [(), (replace(HOME, starts=may(9)),), (replace(SON, email=None),)])
def test_nobody_to_send_to(those: tuple[Correspondent, ...]) -> None:
    with pytest.raises(NobodyToSendTo):
        addressed("Mary Example", those, may(8))
    if not those:
        with pytest.raises(NobodyToSendTo):
            addressed("Mary Example", those, may(8), may(2))


@pytest.mark.parametrize(
    "address, postcode, lines",
    [
        ("1 High Street; Sampleton", "ZZ9 9ZZ", ("1 High Street", "Sampleton", "ZZ9 9ZZ")),
        (" 1 High Street ;; zz99zz ", "ZZ9 9ZZ", ("1 High Street", "zz99zz")),
        ("1 High Street", None, ("1 High Street",)),
        ("", " ZZ9 9ZZ ", ("ZZ9 9ZZ",)),
    ],
)
def test_the_postcode_is_the_last_line_and_once(address: str, postcode: str | None, lines: tuple[str, ...]) -> None:
    assert lines_of(address, postcode) == lines

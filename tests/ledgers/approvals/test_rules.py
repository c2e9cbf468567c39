"""Who may sign for a run and how many must, by hand."""

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import pytest

from ledgers.approvals.rules import (
    NotEnoughSigned,
    OverTheTier,
    OwnWork,
    SignedAlready,
    Signer,
    check_alone,
    check_signed,
    in_the_way,
    still_needed,
)
from ledgers.runs import Run, SignatureVoid, Status

DAY = dt.date(2026, 5, 3)
RUN = Run(
    7, "payments", 1, "Four-weekly", DAY, DAY, DAY, Status.SUBMITTED, 5, 0, None, "Ann", "Cy", dt.datetime(2026, 5, 4),
    "s", 9, 600_000_00, 600_000_00, "{}",
)  # fmt: skip
BO = Signer("Bo", "manager", [2_000_000_00], 500_000_00, None, 600_000_00, ())


@pytest.mark.parametrize(
    "alone, day_total, needed",
    [
        (None, 600_000_00, 1),  # nothing is asked of the role
        (600_000_00, 600_000_00, 1),  # at the sum
        (599_999_99, 600_000_00, 2),  # a penny over
        (600_000_00, 600_000_01, 2),  # with the other runs of the day
        (2_000_000_00, 600_000_00, 1),  # for all its limit
    ],
)
def test_how_many_must_sign(alone: int | None, day_total: int, needed: int) -> None:
    assert replace(BO, alone=alone, day_total=day_total).needed == needed


def test_what_stands_in_the_way_of_a_second_signature() -> None:
    def kinds(signer: Signer, *signed: str) -> list[type]:
        return [type(each) for each in in_the_way(RUN, signer, signed)]

    assert kinds(BO) == [] and kinds(BO, "Di") == []
    assert kinds(BO, "BO") == [SignedAlready]
    assert kinds(replace(BO, name="Cy"), "Di") == [OwnWork]
    assert kinds(replace(BO, name="Di", entered=("an adjustment",)), "Bo") == [OwnWork]
    assert kinds(replace(BO, limits=[599_999_99]), "Di") == [OverTheTier]  # both limits cover it


def test_what_one_officer_decides_is_within_the_sum_their_role_signs_for_alone() -> None:
    check_alone(500_000_00, 500_000_00, "Bo", "manager")
    check_alone(10**12, None, "Bo", "manager")
    with pytest.raises(OverTheTier, match="£500,000.01 is more than Bo may sign for alone: as manager"):
        check_alone(500_000_01, 500_000_00, "Bo", "manager")


def test_enough_have_signed_once_all_who_must_have() -> None:
    one = SimpleNamespace(needed=1, signature="s")
    two = SimpleNamespace(needed=2, signature="s")
    assert (still_needed([], 1), still_needed([], 2)) == (1, 2)
    assert (still_needed([two], 1), still_needed([two, two], 2)) == (1, 0)
    check_signed(RUN, [one])
    check_signed(RUN, [two, two])
    with pytest.raises(NotEnoughSigned):
        check_signed(RUN, [two])
    other = SimpleNamespace(needed=2, signature="t")
    for wrong in ([], [other], [two, other]):
        with pytest.raises(SignatureVoid):
            check_signed(RUN, wrong)

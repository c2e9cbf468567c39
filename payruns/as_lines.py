"""Blocks and adjustments in the shape of service lines, so that one calculation prices all three."""

from dataclasses import replace

import numpy as np

from finance.care_costs.facts import UNKNOWN, Adjustments, Blocks, CareFacts, LineRates, Lines
from finance.columns import Ints
from finance.days import FOR_EVER


def as_lines(facts: CareFacts) -> tuple[Lines, CareFacts]:
    """Blocks in the shape of lines with an agreed rate, and a set of facts that holds nothing else."""
    b: Blocks = facts.blocks
    lines = _bare_lines(b.nr, b.payee, b.service, b.coding, b.contract, b.unit, b.starts, b.ends)
    none = slice(0)
    return lines, replace(
        facts,
        lines=lines,
        terms=facts.terms.take(none),
        agreed=LineRates(b.nr, b.rate, b.starts, b.ends),
        card=facts.card.take(none),
        suspensions=facts.suspensions.take(none),
        shares=facts.shares.take(none),
        contributions=facts.contributions.take(none),
        awards=facts.awards.take(none),
        blocks=b.take(none),
    )


def adjustments_as_lines(a: Adjustments) -> Lines:
    nought = np.zeros(len(a), np.int64)
    made = _bare_lines(a.nr, a.payee, a.service, a.coding, nought, nought, nought, nought)
    return replace(made, person=np.maximum(a.person, 0), born=a.born)


def _bare_lines(
    nr: Ints, payee: Ints, service: Ints, coding: Ints, contract: Ints, unit: Ints, starts: Ints, ends: Ints
) -> Lines:
    nought = np.zeros(len(nr), np.int64)
    ever = np.full(len(nr), FOR_EVER, np.int64)
    unknown = np.full(len(nr), UNKNOWN, np.int64)
    return Lines(
        nr=nr,
        person=nought,
        service=service,
        contract=contract,
        unit=unit,
        quantity=nought + 100,
        days=nought,
        every_weeks=nought + 1,
        visit_minutes=nought - 1,
        carers=nought + 1,
        starts=starts,
        ends=ends,
        package_starts=nought,
        package_ends=ever,
        contract_starts=nought,
        contract_ends=ever,
        payee=payee,
        net=nought,
        days_after_death=nought,
        retainer=nought,
        closed=nought,
        born=unknown,
        died=unknown,
        coding=coding,
    )

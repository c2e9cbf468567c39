"""Blocks and adjustments in the shape of service lines, so that one calculation prices all three."""

from dataclasses import replace

import numpy as np

from finance.care_costs.facts import Adjustments, Blocks, CareFacts, LineRates, Lines


def as_lines(facts: CareFacts) -> tuple[Lines, CareFacts]:
    """Blocks in the shape of lines with an agreed rate, and a set of facts that holds nothing else."""
    b: Blocks = facts.blocks
    theirs = ("nr", "payee", "service", "coding", "contract", "unit", "starts", "ends", "months_begin", "whole_weeks")
    lines = Lines.bare(len(b), begun=b.starts, **{name: getattr(b, name) for name in theirs})
    none = slice(0)
    return lines, replace(
        facts,
        lines=lines,
        terms=facts.block_terms,
        agreed=LineRates(b.nr, b.rate, b.starts, b.ends),
        card=facts.card.take(none),
        suspensions=facts.suspensions.take(none),
        shares=facts.shares.take(none),
        contributions=facts.contributions.take(none),
        awards=facts.awards.take(none),
        blocks=b.take(none),
    )


def adjustments_as_lines(a: Adjustments) -> Lines:
    theirs = ("nr", "payee", "service", "coding", "born")
    person = np.maximum(a.person, 0)
    return Lines.bare(len(a), person=person, ends=0, **{name: getattr(a, name) for name in theirs})

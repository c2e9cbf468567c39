"""What an explanation or a costing says, as one text: each section's title, sentences, columns and rows."""

from collections.abc import Iterable

from ledgers.explain.explanation import Explanation, Section


def said(sections: Iterable[Section], *before: str) -> str:
    lines = list(before)
    for each in sections:
        lines += [each.title, *each.sentences, *(" | ".join(row) for row in (each.columns, *each.rows))]
    return "\n".join(lines)


def all_of(found: Explanation) -> str:
    return said(found.sections, found.headline)

"""The telling of an assessment as plain text, to read on a screen or paste into a message."""

import textwrap

from interfaces.documents.assessments.story import Story, StoryLine, StorySection

WIDTH = 78


def as_text(story: Story) -> str:
    """The whole story, wrapped, with amounts in a column on the right."""
    lines = [story.title, "=" * len(story.title), "", *_wrapped(story.headline)]
    for sentence in story.summary:
        lines += _wrapped(sentence)
    for section in story.sections:
        lines += ["", *_section(section)]
    if story.notes:
        lines += ["", "To bear in mind", "---------------"]
        for note in story.notes:
            lines += textwrap.wrap(note, WIDTH, initial_indent="* ", subsequent_indent="  ")
    return "\n".join(lines) + "\n"


def _section(section: StorySection) -> list[str]:
    lines = [section.title, "-" * len(section.title)]
    for sentence in section.sentences:
        lines += _wrapped(sentence)
    return lines + [row for line in section.lines for row in _line(line)]


def _line(line: StoryLine) -> list[str]:
    words = f"{line.words} ({line.note})" if line.note else line.words
    wrapped = textwrap.wrap(words, WIDTH - 14) or [""]
    wrapped[-1] = f"{wrapped[-1]:<{WIDTH - 14}}{line.amount:>14}"
    return [*([" " * (WIDTH - 14) + "-" * 14] if line.total else []), *wrapped]


def _wrapped(sentence: str) -> list[str]:
    return textwrap.wrap(sentence, WIDTH)

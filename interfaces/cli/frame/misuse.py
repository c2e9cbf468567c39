"""A command line that was not understood, in the words of this house: what is wrong with it, and what to type
instead.
"""

import re
from typing import Any

import typer

MISUSED = 2  # the exit code

_SHAPES = (
    (re.compile(r"No such command '(.+?)'\.?(?: Did you mean (.+)\?)?$"), "There is no verb “{0}”."),
    (re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)$"), "“{0}” is more than this verb takes."),
    (re.compile(r"No such option: (\S+)"), "There is no option {0}."),
    (re.compile(r"Option '?(.+?)'? requires an argument\.?$"), "{0} is given without a value."),
    (re.compile(r"(\w+) '(.+)' does not exist\.$"), "There is no {0} “{1}”."),
    (re.compile(r"(\w+) '(.+)' is a (file|directory)\.$"), "“{1}” is a {2}."),
)


def said(error: typer.TyperException) -> tuple[str, str]:
    """(what is wrong, what to do) of a command line that was not understood."""
    what = _what(error)
    where = _place(error)
    near = _near(error)
    return f"{where}: {what}" if where else what, " ".join(each for each in (near, _remedy(error)) if each)


def _what(error: Any) -> str:
    if type(error).__name__ == "MissingParameter":
        return "nothing is given."
    wrong = getattr(error.__cause__, "errors", None)
    if wrong is not None:
        return _number(wrong()[0])
    for shape, words in _SHAPES:
        found = shape.match(error.message)
        if found:
            return words.format(*found.groups())
    return str(error.message)


def _number(wrong: Any) -> str:
    """What is wrong with a number."""
    given, limits = wrong["input"], wrong.get("ctx", {})
    if wrong["type"] == "greater_than_equal":
        return f"{given} is below {limits['ge']}."
    if wrong["type"] == "less_than_equal":
        return f"{given} is above {limits['le']}."
    return f"“{given}” is not a whole number."


def _place(error: Any) -> str:
    """The argument or option it is about, as it is typed."""
    parameter = getattr(error, "param", None)
    if parameter is None:
        return ""
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name.upper()).strip("…{}[]")


def _near(error: Any) -> str:
    options = getattr(error, "possibilities", None)
    if options:
        return f"Did you mean {' or '.join(sorted(options))}?"
    verbs = re.search(r"Did you mean (.+)\?$", error.message)
    return f"Did you mean {verbs[1].replace(chr(39), '').replace(', ', ' or ')}?" if verbs else ""


def _remedy(error: Any) -> str:
    """The example of the verb, and where the rest is said."""
    context = getattr(error, "ctx", None)
    if context is None:
        return "See outturn --help."
    example = re.search(r"Example: (outturn .+)$", context.command.help or "", re.M)
    path = context.command_path
    return f"For example: {example[1]}" if example else f"See {path} --help."

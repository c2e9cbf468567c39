"""Damage, from a seed: the same number gives the same damage to the same file, for ever.

Some of it is blind (bits turned, tails lost, pieces of other files), some knows the form: cells and lines of CSV,
values and names of TOML and JSON, the members and the XML of a workbook.
"""

import io
import json
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Any

NASTY: tuple[str, ...] = (
    "",
    " ",
    "\x00",
    "\ufeff",
    "\ufffd",
    "\u202e1234",
    "\u200b",
    "\x1b[2J",
    "[/x]",
    "[bold]",
    "=1+1",
    "@SUM(A1)",
    "-1",
    "0",
    "1e400",
    "1e999999999999",
    "-0.0",
    "NaN",
    "inf",
    "10" * 200,
    "9" * 5_000,
    "100000000000000000000",
    "9223372036854775807",
    "9223372036854775808",
    "92233720368547758.07",
    "0.001",
    "£1,23",
    "(1.00",
    "1;2",
    "१२३",
    "¼",
    "0001-01-01",
    "9999-12-31",
    "31/12/9999",
    "2026-02-30",
    "1999-12-31",
    "2199-12-31",
    "2026-04-06T25:00",
    "0000-00-00",
    "24:60",
    "true",
    "null",
    "[]",
    "{}",
    "[" * 200,
    "a" * 40_000,
    "a." * 200 + "a",
    "../../../etc/passwd",
    "/dev/zero",
    "%s%n{0}{}",
    "{x}",
    "${x}",
    "' OR 1=1 --",
    '"',
    '""',
    "\\",
    "\r",
    "\n",
    "\r\n",
    "\t",
    ",",
    ",,,,",
    "P1",
    "L1",
    "weekly",
    "Mon Mon",
    "100:14,80",
    "101%",
    "0%",
    "٣",
    "ﬁ",
    "İ",
    "ß" * 50,
    "NULL",
    "#N/A",
    "3.00E+05",
    "1234567890123460000",
    "Sep-26",
    "L1\u200b",
    "L\u00a01",
    "Ｌ1",
    "20.00-",
    "20.00 CR",
    "20.00DR",
    "DR",
    "26:30:00",
    "10:20:30",
    "Total",
    "40%",
)
TOML_NASTY = (
    "1",
    "-1",
    "0.5",
    "1e400",
    "nan",
    "inf",
    "true",
    '""',
    '"x"',
    "[]",
    "{}",
    "[[]]",
    "[1, 'a']",
    "{a = 1}",
    "0001-01-01",
    "9999-12-31",
    "2026-05-01",
    "2026-05-01T10:00:00",
    "10:00:00",
    "9" * 5_000,
    "100000000000000000000",
    '"\\u0000"',
    "[" * 1_500 + "]" * 1_500,
    '"' + "a" * 10_000 + '"',
    '"/dev/zero"',
    '"."',
    '["a.toml", 1]',
    "[{}]",
    "[{a = [1]}]",
)
JSON_NASTY: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    10**20,
    "",
    "x",
    "\x00",
    "9" * 5_000,
    [],
    {},
    [[]],
    [{}],
    {"a": 1},
    "0001-01-01",
    "9999-12-31",
    "1e400",
    "\ud800",
    "2026-02-30",
    "100000000000000000000",
    [None],
    "weekly",
    "12.345",
    "-5.00",
)

Damage = Callable[[bytes, random.Random, Sequence[bytes]], bytes]


def damaged(content: bytes, rng: random.Random, others: Sequence[bytes], form: str) -> bytes:
    """A file of a form (csv, toml, json, xlsx) with one to four pieces of damage."""
    kinds = BLIND + OF_FORM[form] * 3
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        try:
            content = rng.choice(kinds)(content, rng, others)
        except (
            ValueError,
            LookupError,
            zipfile.BadZipFile,
            zlib.error,
            RuntimeError,
            EOFError,
            OSError,
            RecursionError,
        ):
            continue  # past being damaged in that way
    return content


# Blind ----------------------------------------------------------------------------------------------------------------


def _flip(content: bytes, rng: random.Random, _others: Sequence[bytes]) -> bytes:
    made = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 8, 32))):
        made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
    return bytes(made)


def _any_bytes(content: bytes, rng: random.Random, _others: Sequence[bytes]) -> bytes:
    place = rng.randrange(len(content) + 1)
    return content[:place] + rng.randbytes(rng.choice((1, 2, 16, 300))) + content[place:]


def _cut_off(content: bytes, rng: random.Random, _others: Sequence[bytes]) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _cut_out(content: bytes, rng: random.Random, _others: Sequence[bytes]) -> bytes:
    first, last = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    return content[:first] + content[last:]


def _twice(content: bytes, rng: random.Random, _others: Sequence[bytes]) -> bytes:
    first, last = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    return content[:last] + content[first:last] * rng.choice((1, 2, 5)) + content[last:]


def _splice(content: bytes, rng: random.Random, others: Sequence[bytes]) -> bytes:
    other = rng.choice(others)
    return content[: rng.randrange(len(content) + 1)] + other[rng.randrange(len(other) + 1) :]


def _put_in(content: bytes, rng: random.Random, _others: Sequence[bytes]) -> bytes:
    place = rng.randrange(len(content) + 1)
    return content[:place] + rng.choice(NASTY).encode() + content[place:]


def _encoded(content: bytes, rng: random.Random, _others: Sequence[bytes]) -> bytes:
    return content.decode("utf-8", "replace").encode(rng.choice(("utf-16", "utf-8-sig", "cp1252", "utf-32")), "replace")


BLIND: tuple[Damage, ...] = (_flip, _any_bytes, _cut_off, _cut_out, _twice, _splice, _put_in, _encoded)


# Text -----------------------------------------------------------------------------------------------------------------


def _lines(content: bytes, rng: random.Random, _others: Sequence[bytes]) -> bytes:
    """A line lost, doubled, moved, or the order of all changed."""
    lines = content.split(b"\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    deed = rng.randrange(5)
    if deed == 0:
        del lines[one]
    elif deed == 1:
        lines.insert(one, lines[other])
    elif deed == 2:
        lines[one], lines[other] = lines[other], lines[one]
    elif deed == 3:
        rng.shuffle(lines)
    else:
        lines[one:one] = [lines[other]] * rng.choice((2, 50, 400))
    return b"\n".join(lines)


def _cell(content: bytes, rng: random.Random, _others: Sequence[bytes]) -> bytes:
    """A cell of CSV replaced, lost or added."""
    lines = content.split(b"\n")
    row = rng.randrange(len(lines))
    cells = lines[row].split(b",")
    place = rng.randrange(len(cells))
    deed = rng.randrange(8)
    if deed == 0:
        del cells[place]
    elif deed == 1:
        cells.insert(place, rng.choice(NASTY).encode())
    else:
        cells[place] = rng.choice(NASTY).encode()
    lines[row] = b",".join(cells)
    return b"\n".join(lines)


_TOML_VALUE = re.compile(r"(?<==)[ \t]*(?:\"[^\"\n]*\"|\[[^\n\]]*\]|[^\s,}\]]+)")
_TOML_NAME = re.compile(r"^[ \t]*[\w.-]+(?=[ \t]*=)|(?<=\[)[\w.-]+(?=\])", re.M)


def _toml_value(content: bytes, rng: random.Random, _others: Sequence[bytes]) -> bytes:
    return _instead(_TOML_VALUE, content, rng, " " + rng.choice((*TOML_NASTY, json.dumps(rng.choice(NASTY)))))


def _toml_name(content: bytes, rng: random.Random, others: Sequence[bytes]) -> bytes:
    names = _TOML_NAME.findall(rng.choice([content, *others]).decode("utf-8", "replace"))
    return _instead(
        _TOML_NAME, content, rng, rng.choice([*names, "x", '""', "a.b", "a." * 300 + "a", "facts", "steps"])
    )


def _instead(what: re.Pattern[str], content: bytes, rng: random.Random, new: str) -> bytes:
    text = content.decode("utf-8", "replace")
    found = rng.choice(list(what.finditer(text)))
    return (text[: found.start()] + new + text[found.end() :]).encode("utf-8", "surrogatepass")


def _json_tree(content: bytes, rng: random.Random, _others: Sequence[bytes]) -> bytes:
    """A value of JSON replaced, lost, doubled or renamed, anywhere in the tree."""
    tree = [json.loads(content)]
    homes: list[Any] = []
    waiting: list[Any] = [tree]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list | dict) and value:
            homes.append(value)
            waiting.extend(value.values() if isinstance(value, dict) else value)
    home = rng.choice(homes)
    key = rng.choice(list(home)) if isinstance(home, dict) else rng.randrange(len(home))
    deed = rng.randrange(6)
    if deed == 0 and home is not tree:
        del home[key]
    elif deed == 1 and isinstance(home, list):
        home.extend([home[key]] * rng.choice((1, 3, 60)))
    elif deed == 1:
        home[rng.choice(["x", "", "person", *home])] = home[key]
    else:
        home[key] = rng.choice((*JSON_NASTY, *NASTY))
    text = json.dumps(tree[0], ensure_ascii=rng.random() < 0.5)
    if rng.random() < 0.05:
        text = text.replace(rng.choice(("1", "0", "2")), "9" * 5_000, 1)
    if rng.random() < 0.03:
        text = "[" * 6_000 + text
    return text.encode("utf-8", "surrogatepass")


# Workbooks ------------------------------------------------------------------------------------------------------------


def _members(content: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return [(each.filename, book.read(each)) for each in book.infolist()]


def _packed(members: Sequence[tuple[str, bytes]]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as book:
        for name, content in members:
            book.writestr(name, content)
    return made.getvalue()


def _member(content: bytes, rng: random.Random, others: Sequence[bytes]) -> bytes:
    """A member lost, doubled, renamed, emptied, or itself damaged blindly."""
    members = _members(content)
    place = rng.randrange(len(members))
    name, inside = members[place]
    deed = rng.randrange(6)
    if deed == 0:
        del members[place]
    elif deed == 1:
        members[place] = (rng.choice((f"x{name}", name.upper(), f"../{name}", rng.choice(members)[0])), inside)
    elif deed == 2:
        members[place] = (name, rng.choice((b"", b"<", b"<a/>", b"\xff\xfe", rng.choice(members)[1])))
    else:
        members[place] = (name, rng.choice(BLIND)(inside, rng, [each for _, each in members]))
    return _packed(members)


_XML_VALUE = re.compile(r"(?<==\")[^\"<>]*(?=\")|(?<=>)[^<>]+(?=<)")
_XML_NAME = re.compile(r"(?<=</)[\w:]+|(?<=<)[\w:]+| [\w:]+(?==\")")
_XML_NASTY = (
    "",
    "0",
    "-1",
    "99999999",
    "1e999",
    "s",
    "n",
    "b",
    "d",
    "e",
    "str",
    "inlineStr",
    "XFD1048576",
    "ZZZZ1",
    "A0",
    "A1",
    "1",
    "18",
    "9" * 30,
    "#REF!",
    "&amp;",
    "2026-13-45T99:99:99",
    "4.5e305",
    "[h]:mm",
    "xl/worksheets/sheet9.xml",
    "0%",
    "000000",
    "0.00;[Red]0.00",
    "#,##0.00_);(#,##0.00)",
    ";;;",
    "[&gt;5]0",
    "# ?/?",
    "0.00E+00",
    "mmm-yy",
    "[$$-409]0.00",
    "A1:XFD1048576",
    "hidden",
    "46112.5",
)


def _xml(content: bytes, rng: random.Random, _others: Sequence[bytes]) -> bytes:
    """A value or a name in the XML of one member replaced."""
    members = _members(content)
    place = rng.randrange(len(members))
    name, inside = members[place]
    what, new = (
        (_XML_VALUE, rng.choice(_XML_NASTY))
        if rng.random() < 0.8
        else (_XML_NAME, rng.choice(("x", "c", "row", "v", " t", " r")))
    )
    if rng.random() < 0.02:
        inside = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]>' + inside
    members[place] = (name, _instead(what, inside, rng, new))
    return _packed(members)


OF_FORM: dict[str, tuple[Damage, ...]] = {
    "csv": (_lines, _cell, _cell),
    "toml": (_lines, _toml_value, _toml_value, _toml_name),
    "json": (_json_tree, _json_tree, _lines),
    "xlsx": (_member, _xml, _xml),
}

"""Words from outside made safe to show: what a terminal would obey, or an eye would miss, is shown as a mark instead.

An escape sequence in a payee’s name could clear the screen, a right-to-left override turn an account number round, a
zero-width letter make two names look like one. Each becomes a mark that says what it was; nothing is left out.
"""

import re

_OBEYED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f"  # what terminals obey, all but the end of a line
    "\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff\U0001d173-\U0001d17a]"
)


def visible(words: str) -> str:
    """The words with every mark a terminal would obey or an eye would miss written out: ``␛``, ``⟨U+202E⟩``."""
    return _OBEYED.sub(_mark, words)


def _mark(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"


_NOT_IN_JSON = re.compile(_OBEYED.pattern.replace("\x00-\x09\x0b-\x1f", ""))


def escaped(json_text: str, encoding: str) -> str:
    """JSON whose words hold no such mark raw, and nothing the terminal’s encoding lacks: the same value when
    read back.
    """
    safe = _NOT_IN_JSON.sub(_as_escape, json_text)
    try:
        safe.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return re.sub("[^\x00-\x7f]", _as_escape, safe)
    return safe


def _as_escape(found: re.Match[str]) -> str:
    pairs = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{pairs[place]:02x}{pairs[place + 1]:02x}" for place in range(0, len(pairs), 2))

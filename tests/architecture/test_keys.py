"""Numbers are packed into one another in one place, which asserts that they fit."""

import ast

from tests.architecture.source import modules, named, tree

# Beside the place itself: what is one number by design, and says so where it is declared.
PACKS = {
    "finance/keys.py",
    "billing/assessments/decisions.py",  # how a charge came about, as it is stored
    "interfaces/files/outbound/line_words.py",  # which words are alike, with bounds of its own
    "interfaces/files/outbound/run_lines.py",  # the order of a file, with bounds of its own
    "interfaces/files/outbound/printing.py",  # figures laid out digit by digit
    "interfaces/files/outbound/control.py",  # sums beyond 64 bits
    "ledgers/scopes.py",  # numbers asked for by their upper half, to read them by range
    "finance/toml_and_json.py",  # bytes in millions, as they are said
    "interfaces/files/inbound/readers/opening.py",
}


def is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def test_numbers_are_packed_and_taken_apart_in_one_place() -> None:
    """``key << 20``, ``key >> 20`` and ``key & 7`` are a key built or read by hand; ``1 << 20`` is a number, and one
    bit of a set (``days >> weekday & 1``) is a flag.
    """
    by_hand = []
    for path in modules():
        if named(path) in PACKS:
            continue
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.BinOp):
                continue
            by = ast.unparse(node.right)
            fixed = (by.isdigit() and by != "1") or "BITS" in by
            if fixed and isinstance(node.op, ast.LShift | ast.RShift | ast.BitAnd) and not is_number(node.left):
                by_hand.append(f"{named(path)}:{node.lineno} {ast.unparse(node)}")
    assert by_hand == []

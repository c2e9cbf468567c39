"""A file and a function are read in one sitting; what grows past that is cut by subject."""

import ast
import re

from tests.architecture.source import modules, named, tree

LINES_A_FILE = 400
LINES_A_FUNCTION = 60  # its docstring apart

# What is declared row by row is as long as what it declares: tables, migrations, layouts of files, a schema.
DECLARED = re.compile(r"(^|/|_)tables\.py$|/migrations/|/layouts/|_schema\.py$")

# Still over, each to be cut by whoever changes it next. Nothing is added here.
FILES_OVER: set[str] = set()
FUNCTIONS_OVER = {
    "billing/assessments/caseload/unpacking.py:unpack",
    "billing/documents/bill_facts.py:gather",
    "interfaces/demo/examples.py:_funded",
    "interfaces/demo/examples.py:point_out",
    "interfaces/demo/planted.py:plant_events",
    "interfaces/files/inbound/bank_statement.py:load_bank_statement",
    "interfaces/files/outbound/proving.py:_prove_run",
    "payruns/cost/planned.py:_planned",
}


def _files_over() -> set[str]:
    return {
        named(path)
        for path in modules()
        if not DECLARED.search(named(path)) and path.read_text(encoding="utf-8").count("\n") > LINES_A_FILE
    }


def _functions_over() -> set[str]:
    over = set()
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and not DECLARED.search(named(path)):
                first, said = node.body[0], ast.get_docstring(node) is not None
                docstring = (first.end_lineno or 0) - first.lineno + 1 if said else 0
                if (node.end_lineno or 0) - node.lineno + 1 - docstring > LINES_A_FUNCTION:
                    over.add(f"{named(path)}:{node.name}")
    return over


def test_no_file_is_longer_than_it_is_read() -> None:
    assert _files_over() - FILES_OVER == set()
    assert FILES_OVER - _files_over() == set(), "it has been cut: take it out of the list"


def test_no_function_is_longer_than_it_is_read() -> None:
    assert _functions_over() - FUNCTIONS_OVER == set()
    assert FUNCTIONS_OVER - _functions_over() == set(), "it has been cut: take it out of the list"

"""One word, one meaning: no two public classes have one name unless they are one idea at two levels."""

import ast
from collections import defaultdict

from tests.architecture.source import modules, named, tree

ONE_IDEA = {
    "ChangedSinceIssue": "of a paper and of a file: strangers, refused in the same word",
    "Database": "what a verb is handed, and the one there is of it",
    "NoRoom": "the disk of the database, and that of the folder written to",
    "Seen": "what a check is given: of a pay run, and of a charge run: strangers",
    "Press": "what issuing papers is handed, and the one there is of it",
}


def test_no_two_public_classes_have_one_name() -> None:
    where = defaultdict(list)
    for path in modules():
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where[node.name].append(named(path))
    shared = {name: paths for name, paths in where.items() if len(paths) > 1}
    assert {name: paths for name, paths in shared.items() if name not in set(ONE_IDEA)} == {}
    assert set(ONE_IDEA) <= shared.keys(), "a name in the list is one class’s alone: take it out"

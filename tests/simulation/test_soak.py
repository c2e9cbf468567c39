"""What a soak has done is added up from its log, kind by kind."""

from tests.soak import total


def test_a_log_is_added_up() -> None:
    rows = [
        {
            "command": "tests.simulation --councils 12",
            "database": "sqlite",
            "council_years": 30.2,
            "acts": 400,
            "failures": 0,
            "faults": {"dies": 3},
        },
        {
            "command": "tests.simulation --councils 12",
            "database": "postgresql",
            "council_years": 29.9,
            "acts": 300,
            "failures": 1,
        },
        {
            "command": "tests.simulation.kills --count 25",
            "database": "sqlite",
            "trials": 25,
            "killed": 23,
            "failures": 0,
        },
        {"command": "tests.simulation.races --count 25", "database": "sqlite", "trials": 25, "failures": 0},
        {"command": "tests.fuzz --inputs 1000", "reader": "load", "inputs": 200, "failed": 2},
        {"command": "tests.fuzz --inputs 1000", "failures": 1},
    ]
    found = total(rows)
    assert (found["council_years"], found["council_years_sqlite"], found["acts"]) == (60.1, 30.2, 700)
    assert (found["kills_sqlite"], found["races_sqlite"], found["kills_postgresql"]) == (23, 25, 0)
    assert (found["inputs"], found["failures"], found["faults"]) == (200, 4, {"dies": 3})

"""A scenario that does not come out says which line, what was expected and what came; a bad file names every fault."""

from pathlib import Path

import pytest

from interfaces.scenarios.reading import BadScenario, read_scenario
from interfaces.scenarios.running import run_scenario

HERE = Path(__file__).parents[2] / "scenarios"


def changed(tmp_path: Path, name: str, old: str, new: str) -> Path:
    """A copy of one of our scenarios with one thing changed."""
    for each in ("homes.toml", name):
        (tmp_path / each).write_text((HERE / each).read_text(encoding="utf-8"), encoding="utf-8")
    path = tmp_path / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "name, old, new, says",
    [
        (
            "christmas.toml",
            '"636.00"',
            '"637.00"',
            "VISITS care 7 December 2026 to 3 January 2027: expected £637.00, came out £636.00",
        ),
        (
            "death_after_payment.toml",
            '"-1200.00"',
            '"-1080.00"',
            (
                "step 3, 1 June 2026, pay run of 4W up to 31 May 2026: L1 care 6 April 2026 to 3 May 2026: expected "
                "-£1,080.00"
            ),
        ),
        (
            "death_after_payment.toml",
            'findings = ["takes back"]',
            'findings = ["doubled"]',
            "findings: expected doubled, came out ended, takes back",
        ),
        (
            "death_after_payment.toml",
            'net = "2160.00"',
            'net = "2161.00"',
            "at the end: posted in all: expected £2,161.00, came out £2,160.00",
        ),
        ("one_bad_case.toml", "no rate covers 6 April 2026", "the moon", "line L2 parked: expected the moon"),
        (
            "sent_back_abandoned_held.toml",
            'refused = "OwnWork"',
            'refused = "SignatureVoid"',
            "the step: expected to be refused (SignatureVoid), came out refused (OwnWork, OverTheTier): Run 1",
        ),
        (
            "birthday_65.toml",
            'sum = "3200.00"',
            'sum = "3600.00"',
            "the run’s total: expected £3,600.00, came out £3,200.00",
        ),
    ],
)
def test_what_did_not_come_out_is_said_in_words(tmp_path: Path, name: str, old: str, new: str, says: str) -> None:
    report = run_scenario(changed(tmp_path, name, old, new))
    assert not report.passed
    assert any(says in failure for failure in report.failures), report.failures


def test_a_step_that_should_have_been_refused_and_was_not(tmp_path: Path) -> None:
    path = changed(tmp_path, "christmas.toml", "up_to = 2027-01-03\n", 'up_to = 2027-01-03\nrefused = "NothingToPay"\n')
    report = run_scenario(path)
    assert "the step: expected to be refused (NothingToPay), came out released" in report.failures[0]


BAD = """
titel = "A slip"
[policy]
rounding = "half down"
[[facts.peopel]]
person_ref = "P1"
[[steps]]
on = 2026-05-02
pay_run = "4W"
[[steps]]
on = 2026-05-01
hold = { line = "L1" }
let_go = { line = "L1" }
[steps.expect]
totl = "1.00"
lines = [{ line = "L1" }]
"""


def test_every_fault_of_a_bad_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(BAD, encoding="utf-8")
    with pytest.raises(BadScenario) as refused:
        read_scenario(path)
    said = str(refused.value)
    for words in (
        "bad.toml, the file: nothing is called “titel”",
        "it has no title",
        "rounding is “half down”",
        "there is no extract called “peopel”",
        "step 1: the run has no last day",
        "step 2: it does hold and let_go",
        "2026-05-01 is before step 1",
        "step 2: nothing is called “totl”",
        "an expected line has no subject or no total",
    ):
        assert words in said
    assert len(refused.value.problems) == 9


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text("title = ", encoding="utf-8")
    with pytest.raises(BadScenario, match=r"bad.toml last line: is not TOML"):
        read_scenario(path)

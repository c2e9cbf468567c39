"""What a load of several files did, added up."""

from finance.problems import Problem
from interfaces.files.inbound.door.outcomes import ExtractLoaded, Load

WRONG, ODD = Problem("people.csv line 2", "no name", "Give one."), Problem("deaths.csv", "taken away", "Look.")


def test_a_load_counts_problems_apart_from_files_not_tried() -> None:
    good = ExtractLoaded("people.csv", "people", True, quarantined=2, problems=(WRONG,), problem_count=2, notes=(ODD,))
    bad = ExtractLoaded("lines.csv", "service_lines", False, problems=(WRONG, WRONG), problem_count=40)
    untried = ExtractLoaded("rates.csv", "rates", False, tried=False)
    done = Load([good, bad, untried])
    assert not done.whole and Load([good]).whole
    assert (done.problem_count, done.listed_count, len(done.problems), done.set_aside) == (42, 42, 3, 2)
    assert (done.faulty, done.left_out, done.untried, done.notes) == ([good, bad], [bad], [untried], [ODD])

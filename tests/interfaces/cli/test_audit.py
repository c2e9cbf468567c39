"""The audit of a day, what it notices, who looks into it; and the chain, checked and handed over."""

from pathlib import Path

from interfaces.auditing import TESTS
from tests.interfaces.cli.conftest import ANN, BO, Outturn
from tests.interfaces.cli.test_overpayments import OWED, owing

__all__ = ["owing"]


def test_what_an_audit_notices_is_listed_until_it_is_answered(owing: Outturn) -> None:
    assert owing.asks("audit", "list")["findings"] == []
    assert "No audit was carried out yet." in owing.says("audit", "list")
    done = owing.asks("audit", "run", "--on", "2026-06-30", "--as", BO)
    assert {name: count for name, count in done["noticed"].items() if count} == {"overpaid and left": 1}
    assert list(done["noticed"]) == [each.TEST.name for each in TESTS]
    (found,) = owing.asks("audit", "list")["findings"]
    assert (found["test"], found["amount_pence"]) == ("overpaid and left", OWED)
    assert (found["owner"], found["state"]) == (None, "open")
    assert owing.asks("audit", "own", found["finding"], ANN, "--as", BO)["owner"] == ANN
    owing.asks("audit", "answer", found["finding"], "--reason", "The estate pays in August", "--as", BO)
    owing.asks("audit", "run", "--on", "2026-07-01", "--as", BO)
    assert owing.asks("audit", "list")["findings"] == []
    (kept,) = owing.asks("audit", "list", "--every")["findings"]
    assert (kept["first_seen"], kept["last_seen"], kept["state"]) == ("2026-06-30", "2026-07-01", "answered")
    said = owing.says("audit", "show", 1)
    assert "The estate pays in August" in said and f"given to {ANN}" in said
    assert owing.refused("audit", "show", 7)["kind"] == "NoSuchAuditFinding"


def test_the_chain_is_checked_and_handed_over(released: Outturn, tmp_path: Path) -> None:
    done = released.asks("audit", "check")
    assert done["holds"] and done["digest"] == released.asks("proof", code=1)["chain"]["digest"]
    known = released.asks("audit", "check", "--known", done["digest"][:16])["known"]
    assert known["nr"] == done["links"] and "The digest you kept is of link" in released.says(
        "audit", "check", "--known", done["digest"]
    )
    assert released.refused("audit", "check", "--known", "0" * 64)["kind"] == "NotInTheChain"
    left = released.asks("audit", "export", tmp_path / "chain")
    assert (left["links"], left["in_no_link"], left["digest"]) == (done["links"], 0, done["digest"])
    assert sorted(each.name for each in (tmp_path / "chain").iterdir()) == ["check_chain.py", "covered", "links.csv"]
    assert released.refused("audit", "export", tmp_path / "chain")["kind"] == "FolderNotEmpty"

"""The page of checks says of each check there is what its module declares, and of no other: words, grade and size."""

from billing.charges.checks.register import CHECKS_OF_CHARGES
from billing.charges.policy import ChargingPolicy
from finance.money import sterling
from ledgers.checks import GRAVITY, Checks
from payruns.checks.register import CHECKS_OF_PAYMENTS
from payruns.policy import PaymentPolicy
from tests.architecture.source import ROOT

PAGE = ROOT / "docs" / "checks.md"
TABLES = {"payments": CHECKS_OF_PAYMENTS, "charging": CHECKS_OF_CHARGES}


def table(checks: Checks) -> str:
    """The gravest first, and then by name."""
    rows = ["| Finding | Shown where | As shipped | Silent below (`sizes`) |", "|---|---|---|---|"]
    for each in sorted(checks.declared.values(), key=lambda one: (GRAVITY.index(one.severity), one.name)):
        size = "" if each.size is None else sterling(each.size)
        rows.append(f"| `{each.name}` | {each.words} | {each.severity} | {size} |")
    return "\n".join(rows)


def test_the_page_holds_the_checks_there_are() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, checks in TABLES.items():
        made = (
            page.split(f"<!-- checks of {name} begin -->", 1)[1].split(f"<!-- checks of {name} end -->", 1)[0].strip()
        )
        assert made == table(checks), f"the table of {name} should be:\n{table(checks)}"


def test_what_ships_as_stops_and_sizes_is_what_the_checks_declare() -> None:
    for policy, checks in ((PaymentPolicy(), CHECKS_OF_PAYMENTS), (ChargingPolicy(), CHECKS_OF_CHARGES)):
        assert policy.stop_checks == checks.stops
        assert policy.sizes == checks.sizes


def test_every_module_of_a_package_of_checks_declares_one_or_is_told_apart_by_its_name() -> None:
    for package, checks in (("payruns", CHECKS_OF_PAYMENTS), ("billing/charges", CHECKS_OF_CHARGES)):
        there = {path.stem for path in (ROOT / package / "checks").glob("*.py")} - {"__init__", "register", "seen"}
        assert {each for each in there if not each.endswith("_store")} == {
            each.__name__.rpartition(".")[2] for each in checks.modules
        }

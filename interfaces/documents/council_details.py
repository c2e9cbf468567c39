"""What papers say of the council, from the ``[council]`` table of the council file: whom to ask, and how to pay.

[council]
name = "Ambermere County Council"
made_up = true                     # papers then say that nothing is to be paid

[council.papers]
team = "Adult social care billing"
address = ["County Hall", "1 High Street", "Ambermere", "AM1 1AA"]
phone = "01234 567890"
hours = "Monday to Friday, 9am to 5pm"
email = "care.bills@ambermere.example"
web = "www.ambermere.example/care-bills"
account_name = "Ambermere County Council"
sort_code = "00-00-00"
account_number = "00000000"
pay_online = "www.ambermere.example/pay"
pay_phone = "01234 567891"
"""

from collections.abc import Mapping
from dataclasses import fields, replace

from billing.documents.content import CouncilOnPaper
from finance.problems import BadParameters

TAKEN_OUT = ("name", "made_up")


def details_of(table: Mapping[str, object], where: str) -> CouncilOnPaper:
    """Read a ``[council]`` table. Raises BadParameters for a name nobody knows or a value of the wrong sort."""
    given = table.get("papers", {})
    known = [each.name for each in fields(CouncilOnPaper) if each.name not in TAKEN_OUT]
    if not isinstance(given, dict):
        raise BadParameters(f"{where}: [council.papers] is not a table.", f"Give any of {', '.join(known)}.")
    for name, value in given.items():
        if name not in known:
            raise BadParameters(f"{where}: [council.papers] has no “{name}”.", f"Use one of {', '.join(known)}.")
        wanted = list if name == "address" else str
        if not isinstance(value, wanted):
            raise BadParameters(
                f"{where}: [council.papers] {name} is “{value}”.", "Give words, or a list for the address."
            )
    details = {name: tuple(map(str, value)) if isinstance(value, list) else str(value) for name, value in given.items()}
    made = CouncilOnPaper(**details)  # type: ignore[arg-type]
    name, made_up = table.get("name", made.name), table.get("made_up", False)
    if not isinstance(made_up, bool):
        raise BadParameters(f"{where}: [council] made_up is “{made_up}”.", "Give true or false.")
    return replace(made, name=str(name), made_up=made_up)

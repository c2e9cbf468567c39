"""Costing files: TOML, JSON and CSV say the same thing, and every fault is told with its place and remedy."""

import datetime as dt

import pytest

from payruns.cost import CostRefused, LineAsked, ShareAsked, read_options
from payruns.cost.options import LineChange

TOML = """
[[option]]
name = "At home"
[[option.line]]
service = "HC"
contract = "K2"
unit = "hour"
quantity = 10.5
start = 2026-06-01
end = 2026-07-12
shares = ["ICB 40%", "FAM 75.00"]
top_up = 12.50
nursing = "standard"
"""
JSON = """[{"name": "At home", "line": [{"service": "HC", "contract": "K2", "unit": "hour", "quantity": 10.5,
"start": "01/06/2026", "end": "2026-07-12", "shares": "ICB 40%; FAM £75.00", "top_up": 12.5,
"nursing": "Standard"}]}]"""
CSV = """option,service,contract,unit,quantity,start,end,shares,top_up,nursing
At home,HC,K2,hour,10.5,2026-06-01,12/07/2026,ICB 40%; FAM 75.00,£12.50,standard
"""


@pytest.mark.parametrize("text, name", [(TOML, "a.toml"), (JSON, "a.json"), (CSV, "a.csv")])
def test_three_kinds_of_file_say_the_same(text: str, name: str) -> None:
    (option,) = read_options(text, name)
    (line,) = option.lines
    assert option.name == "At home"
    assert line == LineAsked(
        "HC",
        "hour",
        630,
        "K2",
        starts=dt.date(2026, 6, 1),
        ends=dt.date(2026, 7, 13),
        shares=(ShareAsked("ICB", "percent", 4000), ShareAsked("FAM", "fixed", 750_000)),
        top_up=125_000,
        nursing="standard",
        where=line.where,
    )


def test_changes_to_a_persons_record() -> None:
    text = """
    [[option]]
    name = "More"
    [[option.change]]
    line = "L1"
    quantity = 14
    days = "Mon Fri"
    end = 2026-08-31
    [[option.change]]
    line = "L2"
    drop = true
    """
    (option,) = read_options(text, "a.toml")
    assert option.from_record
    assert [(each.line, each.drop) for each in option.changes] == [("L1", False), ("L2", True)]
    assert isinstance(option.changes[0], LineChange)
    assert option.changes[0].values == {"days": 0b10001, "ends": dt.date(2026, 9, 1), "quantity": 14}


@pytest.mark.parametrize(
    "line, problem",
    [
        ("HC,K2,fortnight,1,,,,", "unit: “fortnight” is not a word known here. Use one of week, day, night, hour,"),
        ("HC,K2,hour,ten,,,,", "quantity: “ten” is not a quantity. Give a number above nought, such as 10.5."),
        ("HC,K2,hour,0,,,,", "quantity: “0” is not a quantity. Give a number above nought, such as 10.5."),
        ("HC,K2,hour,10.123,,,,", "quantity: “10.123” is too fine. Give hours to a whole minute"),
        ("HC,,hour,10,,,,", "it has neither a contract nor a rate."),
        (
            "HC,K2,hour,10,Blah,,,",
            "days: “Blah” is not days of the week. Write them as Mon Wed Fri, or Mon-Fri for a run of days.",
        ),
        ("HC,K2,hour,10,Satt,,,", "days: “Satt” is not days of the week."),
        ("HC,K2,hour,10,Mon Satsuma,,,", "days: “Mon Satsuma” is not days of the week."),
        ("HC,K2,hour,10,Satsuma Monkey,,,", "days: “Satsuma Monkey” is not days of the week."),
        ("HC,K2,hour,10,weekdays,,,", "days: “weekdays” is not days of the week."),
        ("HC,K2,hour,10,Mo We,,,", "days: “Mo We” is not days of the week."),
        ("HC,K2,hour,10,Mon-,,,", "days: “Mon-” is not days of the week."),
        ("HC,K2,hour,10,Sat-Mon,,,", "days: “Sat-Mon” has a run of days that does not go forward in one week."),
        ("HC,K2,hour,10,Mon-Wed-Fri,,,", "days: “Mon-Wed-Fri” has a run of days that does not go forward"),
        ("HC,K2,hour,10,Mon-Fri Wed,,,", "days: “Mon-Fri Wed” names a day twice."),
        ("HC,K2,week,1,Mon,,,", "days: planned days mean nothing by the week. Leave the days out."),
        ("HC,K2,hour,10,,31/02/2026,,", "start: “31/02/2026” does not exist. Correct the day."),
        ("HC,K2,hour,10,,2026-06-02,2026-06-01,", "end: it ends before it starts."),
        ("HC,K2,hour,10,,,,ICB 140%", "shares: “ICB 140%” has a percentage that cannot be right."),
        (
            "HC,K2,hour,10,,,,ICB lots%",
            "shares: “ICB lots%” has a percentage that cannot be read. Write it as ICB 40%.",
        ),
        ("HC,K2,hour,10,,,,40%", "shares: “40%” does not say who bears how much."),
        (",K2,hour,10,,,,", "service: it is missing. Give the service’s reference."),
    ],
)
def test_each_fault_says_where_what_and_what_to_do(line: str, problem: str) -> None:
    text = f"service,contract,unit,quantity,days,start,end,shares\n{line}\n"
    with pytest.raises(CostRefused) as refused:
        read_options(text, "a.csv")
    (only,) = refused.value.problems
    assert str(only).startswith(f"a.csv line 2{'' if problem.startswith('it has') else ','}")
    assert problem in str(only)


def test_every_fault_in_the_writing_at_once_and_what_has_not_been_looked_at() -> None:
    text = "service,contract,unit,quantity,start\nHC,CON9999,hour,ten,2026-02-31\nHC,K2,hour,0,\n"
    with pytest.raises(CostRefused) as refused:
        read_options(text, "a.csv")
    assert [each.where for each in refused.value.problems] == [
        "a.csv line 2, quantity",
        "a.csv line 2, start",
        "a.csv line 3, quantity",
    ]
    assert refused.value.what_to_do == (
        "Correct what is wrong and ask again. References and prices are looked up once all of the file can be read."
    )


@pytest.mark.parametrize(
    "days, mask",
    [
        ("Mon", 0b0000001),
        ("Tue Sat", 0b0100010),
        ("tues, thurs", 0b0001010),
        ("Weds/Sun", 0b1000100),
        ("Monday Wednesday", 0b0000101),
        ("Mon-Fri", 0b0011111),
        ("Mon to Fri", 0b0011111),
        ("Mon – Sun", 0b1111111),
        ("Mon-Wed Fri", 0b0010111),
        ("Monday to Tuesday; Sat-Sun", 0b1100011),
    ],
)
def test_days_are_named_one_by_one_or_as_a_run(days: str, mask: int) -> None:
    """Monday is the lowest bit: Mon-Fri is five days, never Monday alone."""
    text = f'option,service,contract,unit,quantity,days\nOne,HC,K2,visit,1,"{days}"\n'
    (option,) = read_options(text, "a.csv")
    assert option.lines[0].days == mask


def test_files_that_cannot_be_read_at_all() -> None:
    for text, name, words in (
        ("[[option", "a.toml", "it is not TOML"),
        ("{", "a.json", "it is not JSON"),
        ("", "a.toml", "it asks for nothing"),
        ("a,b\n", "a.csv", "there is no column “a”"),
        ("", "a.docx", "does not say what it is"),
        ('[[option]]\nname = "A"\n', "a.toml", "it has no lines"),
        ('colour = "red"\n' + TOML, "a.toml", "“colour” means nothing here"),
        (TOML + TOML, "a.toml", "two options are called “At home”"),
    ):
        with pytest.raises(CostRefused, match=words):
            read_options(text, name)

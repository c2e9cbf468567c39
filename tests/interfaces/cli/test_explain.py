"""An explanation, of whatever stream, looks one way for machines."""

from billing.explain.telling import ChargeExplanation
from interfaces.cli.explain import as_json
from ledgers.explain.explanation import Explanation, Section

WHY = Section("What changed", ("a rate",), ("Days", "Amount"), (("6 April 2026", "£9.97"),))


def test_empty_sections_are_left_out_and_both_streams_have_the_same_keys() -> None:
    paid = as_json(Explanation("L2", "service line", 3, "Run 3 posted £9.97.", (WHY, Section("Holds")), {"due": 997}))
    assert paid == {
        "ref": "L2",
        "sort": "service line",
        "run": 3,
        "headline": "Run 3 posted £9.97.",
        "figures": {"due": 997},
        "sections": [
            {
                "title": "What changed",
                "sentences": ("a rate",),
                "columns": ("Days", "Amount"),
                "rows": (("6 April 2026", "£9.97"),),
            }
        ],
    }
    charged = as_json(ChargeExplanation("B0000001", "bill", 3, "It is £9.97.", (WHY,), {"bill_pence": 997}))
    assert charged.keys() == paid.keys()

"""Why a line could not be priced, in words, and what to do about it."""

from finance.care_costs.prices import (
    NEEDS_DAYS,
    NO_BAND,
    NO_NURSING,
    NO_RATE,
    NOT_BORN,
    OVER_FUNDED,
    TOO_LARGE,
    TWO_CONTRIBUTIONS,
    TWO_RATES,
    TWO_SUSPENSIONS,
)

WHY = {
    NO_RATE: ("no rate covers {day}.", "Load the contract’s rate for that day, or an agreed rate for the line."),
    NO_BAND: ("no rate on the contract is for visits of this length.", "Load a rate for that length of visit."),
    TWO_RATES: ("two rates on the contract both fit {day}.", "End one of them before the other starts."),
    NEEDS_DAYS: ("the rates differ by day of the week, and the line does not say its days.", "Give the line its days."),
    TOO_LARGE: ("its rate and quantity come to more than could be right.", "Check the rate and the quantity."),
    TWO_SUSPENSIONS: ("two suspensions both cover {day}.", "End one of them before the other starts."),
    NOT_BORN: ("the rates differ by age, and the date of birth is not known.", "Give the person’s date of birth."),
    OVER_FUNDED: ("its funders’ percentages come to more than 100 on {day}.", "Correct or end one of the shares."),
    TWO_CONTRIBUTIONS: (
        "the provider is said to collect two contributions of one kind for {day}.",
        "End one of them before the other starts.",
    ),
    NO_NURSING: ("no national nursing rate is known for {day}.", "Load the nursing rates for that day."),
}

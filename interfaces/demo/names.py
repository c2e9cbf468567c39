"""Made-up names and numbers: people, places, providers, NHS numbers from the test range, addresses that do not exist.

Surnames and places are joined from parts, so that they sound English and belong to nobody. NHS numbers begin 999, the
range kept for tests, with a true check digit. Postcodes are in area ZM, which does not exist, and sort codes begin 00.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from finance.columns import Ints


def _words(listed: str) -> list[str]:
    return listed.split()


FIRST_NAMES = _words(
    "Ada Agnes Aisha Albert Alice Alfie Amina Amir Anita Anwar Arthur Asha Audrey Barbara Basil Beryl Brenda Brian "
    "Carys Cecil Clara Clement Cora Cyril Daisy Daljit Dennis Derek Dilys Dorothy Doreen Edith Edna Elsie Emeka Enid "
    "Ernest Esther Ethel Farah Femi Florence Frank Fred Gerald Gladys Glenys Grace Gwen Harold Harpreet Hazel Hilda "
    "Horace Ida Imran Iris Irene Ivy Jasmin Jean Joan Joyce June Kamal Kathleen Kenneth Kofi Leonard Lesley Lilian "
    "Lionel Mabel Maisie Marjorie Maureen Mavis Meera Mildred Mohan Muriel Nadia Ngozi Nora Norman Olive Omar Oswin "
    "Parveen Pearl Percy Phyllis Rajesh Reginald Renée Rita Ronald Rosa Roy Ruby Sabina Seán Sheila Sidney Stanley "
    "Sunita Sylvia Tariq Tessa Thelma Usha Vera Victor Vinod Violet Walter Wilfred Winifred Yasmin Yvonne Zoë"
)
SURNAME_STARTS = _words(
    "Amber Arken Bellow Bramble Brim Candle Cold Copper Crumble Dapple Dims Dunder Elder Fallow Fennel Fern Gander "
    "Glim Gorse Hazel Heron Hollow Inkle Juniper Kettle Lark Linnet Marrow Meddle Mossy Nettle Oaken O’Fettle Pebble "
    "Pinnock Quill Rattle Rushle Saffer Sedge Tamble Teasel Thimble Timber Umber Vetch Wattle Wimber Wren Yarrow"
)
SURNAME_ENDS = _words(
    "bank bick bury by combe croft dale field ford gate ham holt hurst ley low mere ney side stow thwaite wick worth"
)
PLACE_ENDS = _words(
    "Bank Court Croft Dene Fields Gables Gardens Grange Heath House Lea Lodge Manor Meadows Mount Park Rise View"
)

_AGENCY = ("Care at Home", "Homecare", "Domiciliary Care", "Care Partners", "Helping Hands at Home", "Care Services")
_LIVING = ("Supported Living", "Living Options", "Community Support", "Lives Ahead")
_DAY = ("Day Centre", "Day Opportunities", "Resource Centre", "Activity Centre")
KIND_OF_NAME: dict[str, tuple[str, ...]] = {
    "home care": _AGENCY,
    "supported living": _LIVING,
    "day": _DAY,
    "extra care": ("Extra Care Scheme",),
    "transport": ("Community Transport",),
    "telecare": ("Telecare",),
    "outreach": ("Outreach and Advice",),
    "managed accounts": ("Managed Accounts", "Payroll and Money Service"),
    "card scheme": ("Prepaid Card Scheme",),
}
_SMALL = "abcdefghjlnpqrstuwxyz"


def join(*parts: object) -> pa.Array:
    """Text columns and plain words, end to end."""
    return pc.binary_join_element_wise(*parts, "")


def pick(words: list[str] | tuple[str, ...], index: Ints) -> pa.Array:
    return pa.array(words).take(pa.array(index))


def padded(numbers: Ints, width: int) -> pa.Array:
    return pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=width, padding="0")


def people(rows: int, rng: np.random.Generator) -> pd.Series:
    """First name and surname."""
    first = pick(FIRST_NAMES, rng.integers(0, len(FIRST_NAMES), rows))
    start = pick(SURNAME_STARTS, rng.integers(0, len(SURNAME_STARTS), rows))
    end = pick(SURNAME_ENDS, rng.integers(0, len(SURNAME_ENDS), rows))
    return pd.Series(join(first, " ", start, end).to_pylist(), dtype=object)


def providers(kinds: list[str], rng: np.random.Generator) -> list[str]:
    """A name for each provider, no two alike. Past the supply of names, a number is added."""
    names: list[str] = []
    seen: dict[str, int] = {}
    for kind in kinds:
        start = SURNAME_STARTS[rng.integers(len(SURNAME_STARTS))].replace("’", "")
        place = start + SURNAME_ENDS[rng.integers(len(SURNAME_ENDS))]
        words = KIND_OF_NAME.get(kind, tuple(PLACE_ENDS))
        name = f"{place} {words[rng.integers(len(words))]}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return names


def nhs_numbers(rows: int, rng: np.random.Generator) -> pa.Array:
    """NHS numbers 999… with true check digits, no two alike; null once the test range is used up."""
    body = 999_000_000 + rng.permutation(1_000_000)[: rows * 5 // 4 + 100]
    digits = body[:, None] // 10 ** np.arange(8, -1, -1) % 10
    check = 11 - (digits * np.arange(10, 1, -1)).sum(axis=1) % 11
    check[check == 11] = 0
    chosen = (body * 10 + check)[check != 10][:rows].astype(str).tolist()
    return pa.array(chosen + [None] * (rows - len(chosen)), pa.string())


def uprns(rows: int, rng: np.random.Generator) -> pa.Array:
    """Property numbers from 999…, past any in use."""
    return pa.array(999_000_000_000 + rng.integers(0, 1_000_000_000, rows)).cast(pa.string())


def postcodes(rows: int, rng: np.random.Generator) -> pa.Array:
    letters = [letter.upper() for letter in _SMALL]
    last = (pick(letters, rng.integers(0, len(letters), rows)) for _ in range(2))
    district = pa.array(rng.integers(1, 29, rows)).cast(pa.string())
    return join("ZM", district, " ", pa.array(rng.integers(1, 10, rows)).cast(pa.string()), *last)

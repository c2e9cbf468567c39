"""One account under two names."""

from hypothesis import given
from hypothesis import strategies as st

from payruns.checks.shared_account import Account, shared_accounts, sharing

ACCOUNTS = st.dictionaries(
    st.integers(1, 6),
    st.tuples(st.sampled_from(["000097", "000098"]), st.sampled_from(["12345678"]), st.sampled_from(["", "A1"])),
)


@given(ACCOUNTS, st.dictionaries(st.integers(1, 6), st.integers(-5, 5)))
def test_an_account_is_shared_when_two_that_are_paid_have_it(
    accounts: dict[int, Account], paid: dict[int, int]
) -> None:
    told = {each.party for each in shared_accounts(sharing(paid, accounts), paid, {})}
    money = [payee for payee, pence in paid.items() if pence > 0 and payee in accounts]
    assert told == {one for one in money for other in money if one != other and accounts[one] == accounts[other]}

"""Every layout there is, in one list: what is not here cannot be loaded. In the order extracts must be loaded.

No extract names a reference from a later one.
"""

from interfaces.files.inbound.layouts.care import CARE
from interfaces.files.inbound.layouts.care_accounts import CARE_ACCOUNTS
from interfaces.files.inbound.layouts.charging import CHARGING
from interfaces.files.inbound.layouts.circumstances import CIRCUMSTANCES
from interfaces.files.inbound.layouts.debt import DEBT
from interfaces.files.inbound.layouts.deferred_payments import DEFERRED
from interfaces.files.inbound.layouts.fields import Extract, Field
from interfaces.files.inbound.layouts.receipts import RECEIPTS

EXTRACTS: dict[str, Extract] = {**CARE, **CIRCUMSTANCES, **CHARGING, **CARE_ACCOUNTS, **RECEIPTS, **DEBT, **DEFERRED}


def dependents(extract: Extract) -> list[tuple[Extract, Field]]:
    """The extracts whose rows name this one's references, and the column that does."""
    return [(other, field) for other in EXTRACTS.values() for field in other.fields if field.links == extract.name]


def waits_for(extract: Extract) -> set[str]:
    """Every extract that must be loaded before this one, near and far."""
    near = {field.links for field in extract.fields if field.links}
    return near.union(*(waits_for(EXTRACTS[name]) for name in near))

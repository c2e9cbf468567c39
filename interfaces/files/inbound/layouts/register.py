"""Every layout there is: importing this module makes the inbound door know them all, whoever brings them."""

from interfaces.files.inbound.layouts import (
    care_accounts as care_account_layouts,
)
from interfaces.files.inbound.layouts import (
    charging as charging_layouts,
)
from interfaces.files.inbound.layouts import circumstances
from interfaces.files.inbound.layouts import (
    debt as debt_layouts,
)
from interfaces.files.inbound.layouts import (
    deferred_payments as deferred_layouts,
)
from interfaces.files.inbound.layouts import (
    receipts as receipts_layouts,
)
from interfaces.files.inbound.layouts.care import EXTRACTS

__all__ = ["EXTRACTS"]

BROUGHT = (circumstances, charging_layouts, receipts_layouts, debt_layouts, deferred_layouts, care_account_layouts)

"""Every layout there is: importing this module makes the inbound door know them all, whoever brings them."""

from interfaces.assessments import layouts as circumstances
from interfaces.billing import (
    care_account_layouts,
    debt_layouts,
    deferred_layouts,
    layouts,
    receipts_layouts,
)
from interfaces.files.inbound.layouts import EXTRACTS

__all__ = ["EXTRACTS"]

BROUGHT = (circumstances, layouts, receipts_layouts, debt_layouts, deferred_layouts, care_account_layouts)

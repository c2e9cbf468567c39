"""What other funders bear of a pay run, recharged to them: raised with the run that paid it, a bill a funder.

A recharge mirrors the posted payment line by line: the funder's part of every entry, numbered for itself, so that an
adjustment to a payment is recharged as it is paid and nothing is recharged twice. NHS-funded nursing care the council
pays to a home is recharged to the funder named in ``[recharges]``.
"""

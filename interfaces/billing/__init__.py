"""Charging as files: the layouts of who is billed, agreements, exemptions, client rates and single charges."""

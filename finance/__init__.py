"""Facts and rules, no jobs: money, days, timelines; what we were told; the cost of care, means, the cap,
deferred payments.
"""

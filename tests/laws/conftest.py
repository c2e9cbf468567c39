"""How long the laws are tried for, on histories that are new in every run. ``-m soak`` tries many more."""

import re

import pytest
from hypothesis import HealthCheck, settings

SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("quick", max_examples=3, deadline=None, suppress_health_check=SLOW)
settings.register_profile("soak", max_examples=150, deadline=None, suppress_health_check=SLOW, print_blob=True)


def _asked(config: pytest.Config) -> bool:
    """Whether soaking is asked for: *soak*, and not *not soak*."""
    return bool(re.search(r"(?<!not )\bsoak\b", str(config.getoption("markexpr"))))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "soak: many more histories than an ordinary build has time for")
    settings.load_profile("soak" if _asked(config) else "quick")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not _asked(config):
        skip = pytest.mark.skip(reason="many more histories: pytest -m soak")
        for item in items:
            if item.get_closest_marker("soak"):
                item.add_marker(skip)

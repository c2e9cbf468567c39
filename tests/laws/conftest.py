"""How long the laws are tried for. ``--soak`` (or ``-m soak``) tries many more histories, and different ones
each time.
"""

import pytest
from hypothesis import HealthCheck, settings

SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("quick", max_examples=3, derandomize=True, deadline=None, suppress_health_check=SLOW)
settings.register_profile("soak", max_examples=150, deadline=None, suppress_health_check=SLOW, print_blob=True)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "soak: many more histories than an ordinary build has time for")
    settings.load_profile("soak" if "soak" in str(config.getoption("markexpr")) else "quick")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "soak" not in str(config.getoption("markexpr")):
        skip = pytest.mark.skip(reason="many more histories: pytest -m soak")
        for item in items:
            if item.get_closest_marker("soak"):
                item.add_marker(skip)

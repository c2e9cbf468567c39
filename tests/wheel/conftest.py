"""Installing takes a registry and a minute or two: ``-m wheel`` (``make wheel-check``) does it."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "wheel: installs the wheel by itself, from a registry")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "wheel" not in str(config.getoption("markexpr")):
        skip = pytest.mark.skip(reason="installs from a registry: make wheel-check")
        for item in items:
            if item.get_closest_marker("wheel"):
                item.add_marker(skip)

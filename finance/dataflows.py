"""Rules wired into a dataflow by the names of their parameters: the one place where Apache Hamilton is asked for one.

From numpy 2.5 on ``NDArray`` is a name for a type, no longer the type itself, and Hamilton compares types without
looking behind names: arrays were refused where arrays were asked for. Here it is shown what a name stands for.
"""

import logging
from collections.abc import Mapping
from types import ModuleType, UnionType
from typing import Any, Union, get_args, get_origin

from hamilton import htypes
from hamilton.driver import Builder, Driver
from hamilton.lifecycle import EdgeConnectionHook

# A broken belief stops the run and is told by whoever asked; Hamilton's own words beside it are for its makers.
logging.getLogger("hamilton").addHandler(logging.NullHandler())


def wired(*modules: ModuleType, config: Mapping[str, Any] | None = None) -> Driver:
    """The functions of these modules as one dataflow, their types checked; ``config`` chooses among variants."""
    return Builder().with_config(dict(config or {})).with_modules(*modules).with_adapters(BehindNames()).build()


class BehindNames(EdgeConnectionHook):  # type: ignore[misc]  # Hamilton tells mypy nothing
    """Hamilton's own checks of types, made on what names stand for."""

    def check_edge_types_match(self, type_from: Any, type_to: Any, **_: Any) -> bool:
        """Whether what one rule gives may be what another asks for."""
        return bool(htypes.types_match(behind(type_from), behind(type_to)))

    def validate_input(self, node_type: Any, input_value: Any, **_: Any) -> bool:
        """Whether a value handed in is of the type that the rules ask for."""
        return bool(htypes.check_input_type(behind(node_type), input_value))


def behind(asked: Any) -> Any:
    """The type that a name (``type Ints = …``, ``NDArray[int64]``) stands for; any other type is itself."""
    origin, parts = get_origin(asked), get_args(asked)
    if origin in (Union, UnionType):
        return Union[tuple(behind(part) for part in parts)]  # noqa: UP007
    meant = getattr(origin or asked, "__value__", None)
    if meant is None:
        return asked
    return behind(meant[parts] if parts else meant)

"""What a package costs and what the client pays of it, together: the one place where the two calculations meet."""

from interfaces.costing.with_contributions import cost_with_contributions

__all__ = ["cost_with_contributions"]

"""The papers issued and how each was sent."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    pass

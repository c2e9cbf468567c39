"""What counts towards the cap on care costs."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    pass

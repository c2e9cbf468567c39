"""Money received, given back and written off."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    pass

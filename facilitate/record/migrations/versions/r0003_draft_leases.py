"""Which server writes which draft."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "draft_leases",
        sa.Column("forum", sa.String(), nullable=False),
        sa.Column("draft", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("forum", "draft", name="pk_draft_leases"),
        sa.ForeignKeyConstraint(["forum"], ["forums.id"], name="fk_draft_leases_forum_forums"),
    )

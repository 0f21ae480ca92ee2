"""What was typed into the drafts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "draft_updates",
        sa.Column("forum", sa.String(), nullable=False),
        sa.Column("draft", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("contribution", sa.String()),
        sa.Column("seq", sa.Integer()),
        sa.PrimaryKeyConstraint("forum", "draft", "epoch", "number", name="pk_draft_updates"),
        sa.ForeignKeyConstraint(["forum"], ["forums.id"], name="fk_draft_updates_forum_forums"),
    )
    op.create_index("ix_draft_updates_forum_person", "draft_updates", ["forum", "person"])

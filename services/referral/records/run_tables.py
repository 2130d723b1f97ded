"""The tables of what the service does by itself: whose turn it is, and what each turn did."""

from datetime import datetime

from sqlalchemy import Index, PrimaryKeyConstraint, Text
from sqlmodel import Field

from services.referral.records.tables import Base


class LeaseRow(Base, table=True):
    """Who may do a job until when, and the newest slot of it that anybody took."""

    __tablename__ = "job_lease"
    job: str = Field(primary_key=True)
    holder: str
    until: datetime
    slot: str


class RunRow(Base, table=True):
    """One turn of a job. A turn without an end was killed, or is running."""

    __tablename__ = "run_log"
    __table_args__ = (
        PrimaryKeyConstraint("job", "slot"),
        Index("run_log_newest", "started_at"),
    )
    job: str
    slot: str
    holder: str
    started_at: datetime
    ended_at: datetime | None = None
    looked_at: int = 0
    acted_on: int = 0
    errors: int = 0
    error: str = Field(default="", sa_type=Text)

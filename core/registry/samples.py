"""Which rows are the demonstration's: noted while it is loaded, so that it can be taken out again."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Moment


class Sample(Base):
    """The rows of one table that an addon's demonstration made: the keys from `first_id` to `last_id`."""

    __tablename__ = "core_sample"
    __title__ = "model"
    id: Mapped[int] = mapped_column(primary_key=True)
    addon: Mapped[str]
    model: Mapped[str]
    first_id: Mapped[int]
    last_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)

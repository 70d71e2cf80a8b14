"""All tables, known to one place."""

from api.accounts import tables as accounts
from api.database.base import Base
from api.day import tables as day
from api.feeds import tables as feeds
from api.messages import tables as messages
from api.plans import tables as plans
from api.standing import tables as standing
from api.swaps import tables as swaps

__all__ = ["accounts", "day", "feeds", "messages", "metadata", "plans", "standing", "swaps"]

metadata = Base.metadata

"""The pages of who pays: the overview, an agreement, and entering and deciding."""

from ceiba.funding.views.agreements import agreement, index
from ceiba.funding.views.entries import decide, enter

__all__ = ["agreement", "decide", "enter", "index"]

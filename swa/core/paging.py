"""Long lists in pages, with two queries whatever their length (C32)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select

from swa.core.db import db

Row = TypeVar("Row")
PER_PAGE = 20
LONGEST_NUMBER = 6


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list.

    Attributes:
        items: The rows of this page, in the order of the query.
        number: Which page, from 1.
        total: Rows in the whole list.
        per_page: Most rows of a page.
    """

    items: Sequence[Row]
    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def title_part(self) -> str:
        """What the title adds: " (page 2 of 4)"; nothing for a single page (C2)."""
        return f" (page {self.number} of {self.pages})" if self.pages > 1 else ""

    @property
    def numbers(self) -> list[int | None]:
        """The pages to link to: first, last and those around this one; None is a gap."""
        near = {self.number - 1, self.number, self.number + 1}
        shown = sorted({1, self.pages} | {n for n in near if 1 <= n <= self.pages})
        linked: list[int | None] = []
        for number in shown:
            last = linked[-1] if linked else None
            if last is not None and number - last > 1:
                only_one_between = number - last == 2  # noqa: PLR2004 - then it is shown itself
                linked.append(last + 1 if only_one_between else None)
            linked.append(number)
        return linked


def paginate(wanted: Select[Any], asked: str | None, *, per_page: int = PER_PAGE) -> Page[Any]:
    """Return the page that was asked for; what is no page of the list is page 1.

    Args:
        wanted: Selects one entity, ordered to its last tie.
        asked: What the address says, ``request.args.get("page")``.
        per_page: Most rows of a page.
    """
    counted = select(func.count()).select_from(wanted.order_by(None).subquery())
    total = db.session.scalar(counted) or 0
    page = Page[Any]((), _page_number(asked), total, per_page)
    number = page.number if page.number <= page.pages else 1
    rows = db.session.scalars(wanted.limit(per_page).offset((number - 1) * per_page))
    return Page(rows.unique().all(), number, total, per_page)


def _page_number(asked: str | None) -> int:
    text = asked or ""
    fits = text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
    return max(1, int(text)) if fits else 1

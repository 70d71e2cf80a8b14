"""Edits made up at random, and what they do to posts: a model of its own to judge the service by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence

Posts: TypeAlias = dict[tuple[str, str], dict[str, Any] | None]
"""By shift and ``role/index``: assignee and whether pinned, as the audit tells it."""

ROLE = "staff"
AT = ("shift", "role", "index")


def some_edit(chance: random.Random, shifts: Sequence[dict[str, Any]], site: str) -> dict[str, Any]:
    """Return an edit of the staff's posts in some shifts of a site's week."""
    posts = [
        {"shift": shift["id"], **post} for shift in shifts for post in shift["posts"] if post["role"] == ROLE
    ]
    held = [post for post in posts if post["holder"]] or posts
    one, other = ({name: post[name] for name in AT} for post in (chance.choice(held), chance.choice(posts)))
    return chance.choice(
        [
            {"kind": "clear", **one},
            {"kind": "pin", **one},
            {"kind": "unpin", **one},
            {"kind": "exchange", **one, "other": other},
            {"kind": "move", **one, "to": other},
            {"kind": "assign", **other, "assignee": f"{site}-T{chance.randint(1, 30):03}"},
        ]
    )


def played(posts: Posts, edits: Iterable[dict[str, Any]]) -> Posts:
    """Return the posts that edits change, as they are afterwards."""
    after = dict(posts)
    for edit in edits:
        here = _post(edit)
        held = after.get(here)
        if edit["kind"] == "assign":
            after[here] = {"assignee": edit["assignee"], "pinned": edit.get("pinned", False)}
            continue
        if edit["kind"] == "clear":
            after[here] = None
            continue
        assert held is not None
        if edit["kind"] in ("pin", "unpin"):
            after[here] = {**held, "pinned": edit["kind"] == "pin"}
            continue
        there = _post(edit["to"] if edit["kind"] == "move" else edit["other"])
        others = after.get(there)
        after[here] = others and {**others, "pinned": False}
        after[there] = {**held, "pinned": False}
    return {post: new for post, new in after.items() if posts.get(post) != new}


def _post(edit: dict[str, Any]) -> tuple[str, str]:
    return edit["shift"], f"{edit['role']}/{edit['index']}"

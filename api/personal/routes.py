"""One person's data over HTTP."""

from __future__ import annotations

from fastapi import Response

from api.accounts.identity import Permission
from api.errors import Invalid
from api.personal import data, erasure
from api.personal.shapes import Erased, Erasing, PersonalData
from api.routing import Current, InState, Routes

routes = Routes("/people/{person}", "Personal data")


@routes.on("GET", "/data", Permission.SELF)
def read_personal_data(state: InState, identity: Current, response: Response, person: str) -> PersonalData:
    """Read everything that is held on a person: on oneself, or for who manages accounts on anybody."""
    response.headers["Cache-Control"] = "no-store"
    return data.handed_out(state.engine, identity, person)


@routes.on("POST", "/erasure", Permission.MANAGE_ACCOUNTS)
def erase_person(state: InState, identity: Current, person: str, erasing: Erasing) -> Erased:
    """Take a person out for good; a pseudonym stands in their place wherever they are counted."""
    if erasing.person != person:
        raise Invalid("Name the same person in the body: nothing brings an erased one back")
    return Erased(pseudonym=erasure.erase(state.engine, identity.actor, person))

"""Who asks the service that is measured."""

from __future__ import annotations


def make_accounts(database: str) -> dict[str, str]:
    """Make an empty database with a dispatcher of the city and an admin of its first school; return API tokens.

    The school comes with the import.
    """
    from api.accounts.secrets import hash_of, new_secret
    from api.accounts.tables import AccountRow, GrantRow, TokenRow
    from api.database.base import now
    from api.database.engine import open_database, writing
    from api.database.schema import upgrade
    from api.standing.tables import SiteRow

    secrets = {}
    engine = open_database(database)
    upgrade(engine)
    with writing(engine) as session:
        session.add(
            SiteRow(id="S0001", name="S0001", district="D001", risk=1, volunteers=[0, 0], positions=[])
        )
        session.flush()
        for role, site in (("dispatcher", None), ("school_admin", "S0001")):
            account = AccountRow(login=role, name=role, created_at=now())
            session.add(account)
            session.flush()
            session.add(GrantRow(account=account.id, role=role, site=site))
            secret = secrets[role] = new_secret()
            token = {"hash": hash_of(secret), "name": "benchmark", "scope": "write", "created_at": now()}
            session.add(TokenRow(account=account.id, **token))
    engine.dispose()
    return secrets

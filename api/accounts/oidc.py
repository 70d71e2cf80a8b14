"""Log-ins by an identity provider: OpenID Connect's code flow, with PKCE, state and nonce (Authlib).

What is begun is kept in the browser's own cookie until it comes back. Nobody gets an account by this: who logs in for the
first time is found by a claim that names their login, and from then on by the provider's lasting subject.
"""

from __future__ import annotations

import base64
import json
import threading
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import httpx2
import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from sqlalchemy import select

from api.accounts import logins
from api.accounts.secrets import new_secret, same
from api.accounts.tables import AccountRow
from api.audit import Actor, Entry, record
from api.errors import Forbidden, NotLoggedIn, ServiceError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.settings import Settings

log = structlog.get_logger("huxue.accounts")

SECONDS = 10.0
"""How long the provider may take to answer."""

LEEWAY = 60
"""Seconds by which its clock may differ."""

LONGEST_SUBJECT = 300

ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)
"""With a public key alone: a token signed with what everybody knows is worth nothing."""


class ProviderFails(ServiceError):
    code = "provider_fails"
    title = "The identity provider doesn't answer as it should: try again, or log in with a password"
    status = 503


class NotConfirmed(NotLoggedIn):
    code = "not_confirmed"
    title = "The identity provider didn't confirm who you are: begin again"


class NoAccount(Forbidden):
    code = "no_account"
    title = "There is no account for you here: ask a dispatcher to make one with your name at the provider"


@dataclass(frozen=True)
class Begun:
    """What is remembered until the browser comes back from the provider."""

    state: str
    nonce: str
    verifier: str

    def packed(self) -> str:
        """Return it as a cookie's value."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()

    @classmethod
    def unpacked(cls, cookie: str | None) -> Begun:
        """Return what a cookie's value holds.

        Raises
        ------
        NotConfirmed
            When there is none, or it is none of ours.
        """
        try:
            held = json.loads(base64.urlsafe_b64decode((cookie or "").encode()))
            return cls(**{name: str(held[name]) for name in ("state", "nonce", "verifier")})
        except (ValueError, KeyError, TypeError):
            raise NotConfirmed from None


class Provider:
    """The identity provider that the settings name.

    Parameters
    ----------
    settings
        With an issuer.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._metadata: dict[str, Any] | None = None
        self._keys: dict[str, Any] | None = None

    def begin(self, redirect: str) -> tuple[str, Begun]:
        """Return the address at the provider to send a browser to, and what to remember.

        Parameters
        ----------
        redirect
            Where the provider sends it back to.
        """
        begun = Begun(new_secret(), new_secret(), new_secret())
        with self._client(redirect) as client:
            url, _ = client.create_authorization_url(
                self._known()["authorization_endpoint"],
                state=begun.state,
                nonce=begun.nonce,
                code_verifier=begun.verifier,
            )
        return str(url), begun

    def confirmed(self, begun: Begun, state: str, code: str, redirect: str) -> dict[str, Any]:
        """Return who the provider says it is: the claims of a token that was made for this log-in.

        Raises
        ------
        NotConfirmed
            When the provider doesn't, or what it says isn't for this log-in.
        ProviderFails
            When it doesn't answer.
        """
        if not same(state, begun.state):
            raise NotConfirmed
        try:
            with self._client(redirect) as client:
                token = client.fetch_token(
                    self._known()["token_endpoint"], code=code, code_verifier=begun.verifier
                )
            decoded = self._decoded(str(token["id_token"]))
            options = {
                "iss": {"essential": True, "value": self._settings.oidc_issuer},
                "aud": {"essential": True, "value": self._settings.oidc_client_id},
            }
            expected = {
                "nonce": begun.nonce,
                "client_id": self._settings.oidc_client_id,
                "access_token": token.get("access_token"),
            }
            claims = CodeIDToken(decoded.claims, decoded.header, options, expected)
            claims.validate(leeway=LEEWAY)
        except (OAuthError, JoseError, KeyError, ValueError) as error:
            # Its kind alone: a message can hold what the token says.
            log.warning("not_confirmed", reason=type(error).__name__)
            raise NotConfirmed from None
        except httpx2.HTTPError as error:
            raise _failed(error) from None
        return dict(claims)

    def _client(self, redirect: str) -> OAuth2Client:
        secret = self._settings.oidc_client_secret
        return OAuth2Client(
            client_id=self._settings.oidc_client_id,
            client_secret=None if secret is None else secret.get_secret_value(),
            token_endpoint_auth_method="none" if secret is None else "client_secret_basic",
            scope=self._settings.oidc_scopes,
            redirect_uri=redirect,
            code_challenge_method="S256",
            timeout=SECONDS,
        )

    def _known(self) -> dict[str, Any]:
        """Return what the provider publishes about itself."""
        with self._lock:
            if self._metadata is None:
                issuer = str(self._settings.oidc_issuer)
                found = self._fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
                needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
                if found.get("issuer") != issuer or not all(isinstance(found.get(n), str) for n in needed):
                    log.warning("provider_fails", reason="its metadata is another issuer's, or not whole")
                    raise ProviderFails
                self._metadata = found
            return self._metadata

    def _decoded(self, token: str) -> jwt.Token:
        published = set(self._known().get("id_token_signing_alg_values_supported") or ("RS256",))
        registry = JWSRegistry(algorithms=sorted(published & ALGORITHMS), strict_check_header=False)
        try:
            return jwt.decode(token, self._key_set(), registry=registry)
        except InvalidKeyIdError:
            # It has new keys.
            return jwt.decode(token, self._key_set(anew=True), registry=registry)

    def _key_set(self, *, anew: bool = False) -> KeySet:
        address = self._known()["jwks_uri"]
        with self._lock:
            if self._keys is None or anew:
                self._keys = self._fetched(address)
            return KeySet.import_key_set(self._keys)  # type: ignore[arg-type]

    @staticmethod
    def _fetched(address: str) -> dict[str, Any]:
        try:
            answer = httpx2.get(address, timeout=SECONDS)
            answer.raise_for_status()
            found = answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise _failed(error) from None
        if not isinstance(found, dict):
            raise ProviderFails
        return found


def _failed(error: Exception) -> ProviderFails:
    log.warning("provider_fails", reason=type(error).__name__)
    return ProviderFails()


def log_in(session: Session, settings: Settings, claims: dict[str, Any], device: str) -> str:
    """Begin a log-in of the account that a provider's claims are of, and return the cookie.

    Raises
    ------
    NoAccount
        When there is none, or it is disabled.
    """
    subject = f"{claims['iss']}|{claims['sub']}"
    if len(subject) > LONGEST_SUBJECT:
        raise NoAccount
    query = select(AccountRow).where(AccountRow.subject == subject).with_for_update()
    account = session.scalar(query) or _first_time(session, settings, claims, subject)
    if account is None or account.disabled_at is not None:
        raise NoAccount
    return logins.begin(session, settings, account, device, "provider")


def _first_time(
    session: Session, settings: Settings, claims: dict[str, Any], subject: str
) -> AccountRow | None:
    """Return the account that the claim names and nobody at the provider has yet; from now on it is theirs."""
    named = claims.get(settings.oidc_claim)
    unproven = settings.oidc_claim == "email" and claims.get("email_verified") is not True
    if not isinstance(named, str) or unproven:
        return None
    account = session.scalar(
        select(AccountRow)
        .where(
            AccountRow.login == logins.folded(named),
            AccountRow.subject.is_(None),
            AccountRow.disabled_at.is_(None),
        )
        .with_for_update()
    )
    if account is not None:
        account.subject = subject
        account.version += 1
        record(session, Actor(account.id), [Entry("accounts.link", "accounts", account.login)])
    return account

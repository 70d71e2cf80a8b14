"""The way out: one message to one address, through Apprise.

Members give a mail address or a phone number, and enter the code that is sent there; both go through the gateways of the
installation. Groups are reached through robots, whose addresses hold a secret; which kinds of address are taken
is a setting, so that nobody has the service call hosts of their choice.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

from apprise import Apprise, AppriseAsset
from apprise.common import PersistentStoreMode

from api.errors import Invalid

if TYPE_CHECKING:
    from api.messages.told import Text
    from api.settings import Settings

# Apprise logs what it sends and where: none of that is for a log.
logging.getLogger("apprise").disabled = True

MAIL = re.compile(r"[^@\s:/?#]{1,64}@[A-Za-z0-9.-]{1,190}")
PATIENCE = {"rto": "15", "cto": "10"}
"""Seconds to wait for the mail server to answer, and to be there, unless the gateway says others."""
PHONE = re.compile(r"\+?[0-9][0-9 -]{3,30}")

ASSET = AppriseAsset(
    app_id="Huxue",
    app_desc="Huxue",
    app_url="",
    image_url_mask=None,
    image_url_logo=None,
    storage_mode=PersistentStoreMode.MEMORY,
    secure_logging=True,
    async_mode=False,
)


class NoGateway(Invalid):
    code = "no_gateway"
    title = "This installation sends no such messages: ask who runs it to set its gateway"


def checked(settings: Settings, address: str) -> str:
    """Return an address as it is kept.

    Raises
    ------
    Invalid
        When it is none, or not of a kind that is taken.
    NoGateway
        When the installation has no gateway for it.
    """
    scheme, _, rest = address.strip().partition(":")
    scheme = scheme.lower()
    if scheme == "mail":
        if not MAIL.fullmatch(rest.strip()):
            raise Invalid("That is no mail address: write it as name@example.cn")
        _gateway(settings, scheme)
        return f"mail:{rest.strip()}"
    if scheme == "sms":
        if not PHONE.fullmatch(rest.strip()):
            raise Invalid(
                "That is no phone number: write digits, with + and the country before them if need be"
            )
        _gateway(settings, scheme)
        return f"sms:{re.sub('[ -]', '', rest)}"
    if scheme not in settings.message_schemes:
        taken = ", ".join(f"{one}://" for one in sorted(settings.message_schemes))
        raise Invalid(f"Addresses begin with mail:, sms:, {taken}")
    if Apprise.instantiate(address.strip(), asset=ASSET, suppress_exceptions=True) is None:
        raise Invalid(f"That is no address of {scheme}://: copy it from the robot's settings once more")
    return address.strip()


def way_of(address: str) -> str:
    """Return what it depends on that messages arrive at an address, without anything secret."""
    scheme, _, _ = address.partition(":")
    if scheme in ("mail", "sms"):
        return scheme
    target = Apprise.instantiate(address, asset=ASSET, suppress_exceptions=True)
    # Most robots' hosts are fixed; what stands in the place of the host is their secret.
    if target is None or "host" not in target.template_tokens:
        return scheme
    return f"{scheme}://{target.host}:{target.port or ''}"


def shown(address: str) -> str:
    """Return as much of an address as its owner needs to know it again; never a secret."""
    scheme, _, rest = address.partition(":")
    if scheme == "mail":
        return rest[:1] + "…" + rest[rest.index("@") :]
    if scheme == "sms":
        return "…" + rest[-4:]
    return f"{scheme}://…"


def deliver(settings: Settings, address: str, message_id: str, text: Text) -> str | None:
    """Send a text, and return why that failed, without any address; None: the gateway has taken it.

    Parameters
    ----------
    message_id
        Of a mail the Message-ID, however often it is tried.
    """
    try:
        url = _url(settings, address, message_id)
    except NoGateway:
        return "no_gateway"
    target = Apprise.instantiate(url, asset=ASSET, suppress_exceptions=True)
    if target is None:
        return "bad_address"
    try:
        sent = target.notify(title=text.title, body=text.body)
    except Exception as error:
        return type(error).__name__
    return None if sent else "not_taken"


def _url(settings: Settings, address: str, message_id: str) -> str:
    """Return the Apprise URL for an address."""
    scheme, _, rest = address.partition(":")
    if scheme not in ("mail", "sms"):
        return address
    gateway = _gateway(settings, scheme)
    if scheme == "sms":
        return gateway.replace("{phone}", quote(re.sub(r"[ -]", "", rest), safe=""))
    host = urlsplit(gateway).hostname or "huxue"
    ours = {"to": rest, "+Message-ID": f"<{message_id}@{host}>", "format": "text"}
    said = parse_qs(urlsplit(gateway).query)
    ours |= {name: value for name, value in PATIENCE.items() if name not in said}
    query = "&".join(f"{quote(k, safe='+')}={quote(v, safe='')}" for k, v in ours.items())
    return gateway + ("&" if "?" in gateway else "?") + query


def _gateway(settings: Settings, scheme: str) -> str:
    gateway = settings.mail_gateway if scheme == "mail" else settings.sms_gateway
    if gateway is None:
        raise NoGateway
    return gateway.get_secret_value()

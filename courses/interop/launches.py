"""The token of one opening of a package: who may report what, and until when.

Why a token: a package's page lies on an origin of its own, without the site's session (DESIGN §5). It is good for the
records of one person, one attempt and one activity, and for nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import asdict, dataclass
from typing import Literal

from django.conf import settings
from django.core import signing

SALT = "alongside.launch"
Mode = Literal["normal", "review", "browse", "trial"]


@dataclass(frozen=True)
class Launch:
    """One opening. Only the mode "normal" writes records; `client` is the random name of this opening, by which the
    order of its calls is kept; `part` names the SCO, "" where there is but one thing to open."""

    mode: Mode
    person_id: int
    version_id: int
    block_id: str = ""
    attempt_id: int | None = None
    trial_id: int | None = None
    part: str = ""
    client: str = ""


class LaunchError(Exception):
    """The token cannot be used."""


class ExpiredError(LaunchError):
    """It was good once; the page around the package can renew it."""


class ForgedError(LaunchError):
    """It was never ours."""


def new_client() -> str:
    """The name of a new opening."""
    return secrets.token_hex(12)


def make(launch: Launch) -> str:
    """The token of an opening, for an address."""
    return str(signing.dumps(asdict(launch), salt=SALT, compress=True))


def read(token: str, *, expired: bool = False) -> Launch:
    """The opening a token stands for; with `expired` also when its time is over. Raises ExpiredError or ForgedError."""
    try:
        return Launch(**signing.loads(token, salt=SALT, max_age=None if expired else settings.LAUNCH_SECONDS))
    except signing.SignatureExpired as error:
        raise ExpiredError from error
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise ForgedError from error


def capability(public_id: str, tree_sha256: str) -> str:
    """The part of a file's address that proves that we gave it out: nobody reads a package by guessing its hash."""
    key = hashlib.sha256(f"alongside.files:{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, f"{public_id}:{tree_sha256}".encode(), hashlib.sha256).hexdigest()[:32]


def origin(public_id: str) -> str:
    """The origin of a package: no other package shares it, and nothing of the site's is there."""
    return str(settings.CONTENT_ORIGIN).replace("{package}", public_id)


def address(public_id: str, token: str) -> str:
    """Where the page of an opening lies."""
    return f"{origin(public_id)}/launch/{token}/"

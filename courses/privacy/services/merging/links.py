"""She has two accounts: from one she names the address of the other, and opens the link that is mailed there.

The address is proven by the link, the account she is in by her being signed in; an account with a second factor asks
for that too, or mail alone would open what its holder has locked twice.
"""

from __future__ import annotations

import datetime
import secrets

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from courses.people.models import Person, User
from courses.people.rules import hash_of
from courses.privacy.models import JoinRequest, Merge, SaidBy

from .errors import CannotMergeError, LinkClosedError
from .joining import addresses_of, merge
from .mails import mail
from .tasks import send_link

LASTS = datetime.timedelta(hours=1)
WINDOW = datetime.timedelta(hours=1)
MOST_ASKED, MOST_MAILED, MOST_WRONG = 5, 3, 5
CODES = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


class AskedTooOftenError(CannotMergeError):
    """She asks for links faster than anybody needs them."""


class WrongCodeError(CannotMergeError):
    """The code of the other account's second factor is not right."""


def ask(*, user: User, address: str) -> None:
    """Asks for a link to the account at `address`. What happens is the same whether there is one or not; the mail is
    sent by a worker, so that the time it takes says nothing either. Raises AskedTooOftenError, CannotMergeError."""
    address, now = address.strip().lower(), timezone.now()
    if address in {one.lower() for one in sign_in_addresses(user.person)}:
        raise CannotMergeError("You sign in with this address already. Give the address of the other account.")
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=user.person_id)
        JoinRequest.objects.filter(asked_at__lt=now - datetime.timedelta(days=1)).delete()
        if JoinRequest.objects.filter(person=user.person, asked_at__gt=now - WINDOW).count() >= MOST_ASKED:
            raise AskedTooOftenError("You have asked for several links. Wait an hour, then ask again.")
        asked = JoinRequest.objects.create(person=user.person, address=address, asked_at=now, expires_at=now + LASTS)
        transaction.on_commit(lambda: send_link.enqueue(asked.pk))


def send(asked: JoinRequest) -> None:
    """The mail with the link; none where nobody has the address, or it was mailed too often today."""
    if other_login(asked) is None or asked.token_hash:
        return
    same = JoinRequest.objects.filter(address=asked.address, asked_at__gt=asked.asked_at - datetime.timedelta(days=1))
    if same.exclude(token_hash="").count() >= MOST_MAILED:
        return
    token = secrets.token_urlsafe(32)
    JoinRequest.objects.filter(pk=asked.pk, token_hash="").update(token_hash=hash_of(token))
    link = f"{settings.SITE_ORIGIN}{reverse('another_account_confirm', args=[token])}"
    mail(asked.address, "Join your two accounts", "link", {"link": link, "until": asked.expires_at})


def other_login(asked: JoinRequest) -> User | None:
    """The login at the address, of somebody else, who can sign in and has proved it."""
    found = User.objects.filter(email__iexact=asked.address, is_active=True).exclude(person=asked.person_id)
    found = found.select_related("person")
    return found.filter(emailaddress__verified=True, emailaddress__email__iexact=asked.address).first()


def opened_by(user: User, token: str) -> tuple[JoinRequest, User] | None:
    """What a link opens for whoever asked for it, and the other login; None for anybody else, and for a link that is
    used or too old. Two queries."""
    asked = JoinRequest.objects.filter(token_hash=hash_of(token), person=user.person, used_at=None).first()
    if asked is None or asked.expires_at <= timezone.now() or asked.wrong_codes >= MOST_WRONG:
        return None
    other = other_login(asked)
    return (asked, other) if other else None


def second_factor(login: User) -> str:
    """What the other account asks for besides: "" nothing, "code", or "passkey" where there is nothing to type."""
    kinds = set(Authenticator.objects.filter(user=login).values_list("type", flat=True))
    if Authenticator.Type.TOTP in kinds:
        return "code"
    return "passkey" if kinds else ""


def confirm(*, user: User, token: str, code: str = "") -> Merge:
    """Makes the two one. The person she is signed in as stays, with her name. Used once: the link is spent in the same
    transaction. Raises LinkClosedError, WrongCodeError, CannotMergeError."""
    if not _code_is_right(user, token, code):
        raise WrongCodeError("This code is not right. Codes change every 30 seconds: type the newest one.")
    with transaction.atomic():
        asked = JoinRequest.objects.select_for_update().filter(token_hash=hash_of(token), used_at=None).first()
        found = opened_by(user, token) if asked else None
        if asked is None or found is None:
            raise LinkClosedError("This link cannot be used.")
        asked.used_at = timezone.now()
        asked.save(update_fields=["used_at"])
        return merge(goes=found[1].person, stays=user.person, said_by=SaidBy.HERSELF, by=user.person)


def _code_is_right(user: User, token: str, code: str) -> bool:
    """Whether the other account's second factor is passed. A wrong code counts, and after some the link is worthless;
    it is counted outside the transaction of the merge, or it would be forgotten with it."""
    found = opened_by(user, token)
    if found is None:
        raise LinkClosedError("This link cannot be used.")
    asked, login = found
    needed = second_factor(login)
    if not needed:
        return True
    if needed == "code" and code:
        with transaction.atomic():
            JoinRequest.objects.filter(pk=asked.pk).update(wrong_codes=F("wrong_codes") + 1)
        ways = Authenticator.objects.filter(user=login, type__in=CODES)
        if any(way.wrap().validate_code(code.replace(" ", "")) for way in ways):
            JoinRequest.objects.filter(pk=asked.pk).update(wrong_codes=F("wrong_codes") - 1)
            return True
    return False


def sign_in_addresses(person: Person) -> list[str]:
    """Every address with which she signs in. One query."""
    return sorted(User.objects.filter(person=person, is_active=True).values_list("email", flat=True))


def ask_her(*, people: list[Person], lead: Person) -> int:
    """A mail to each that asks her to join the two herself; how many went. Neither is told of the other's address."""
    addresses = addresses_of(*people)
    link = f"{settings.SITE_ORIGIN}{reverse('another_account')}"
    for address in addresses:
        mail(address, "Do you have two accounts", "ask", {"link": link, "lead": lead.name})
    return len(addresses)

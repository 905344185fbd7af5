"""A pack shared with an auditor: a link and a code, read only, to an end, withdrawn at once."""

from __future__ import annotations

import re
from email.message import Message
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from courses.manager.evidence import reading, services, sharing
from courses.manager.models import EvidencePack, EvidenceShare
from courses.people.models import Action, AuditEntry, Organisation, Role, Unit, User
from tests.hostile.world import body_of
from tests.manager.history import require, today
from tests.manager.reading import said
from tests.people import signed_in, somebody
from tests.records.quick import quick_module
from tests.records.trips import complete

from .made import asked

pytestmark = pytest.mark.django_db
ADDRESS = "ida@inspectorate.example"


@pytest.fixture
def pack(amara: User, ben: User, assessments: Unit) -> EvidencePack:
    """Ben's pack of his unit."""
    module = quick_module("Carer awareness")
    require(module, assessments, due=30)
    complete(amara.person, module)
    return asked(signed_in(ben))


def given(**changes: Any) -> dict[str, Any]:
    """What is typed into the form."""
    return {
        "name": "Ida Marsh", "body": "Care Quality Commission", "email": ADDRESS, "purpose": "Inspection of March",
        "ends_on": str(today(14)), **changes,
    }  # fmt: skip


def shared(client: Client, pack: EvidencePack, **changes: Any) -> EvidenceShare:
    response = client.post(f"/manage/evidence/{pack.public_id}/share/", given(**changes))
    assert response.status_code == 302, response.content.decode()[-4000:]
    return EvidenceShare.objects.latest("pk")


def link() -> str:
    """The address in the last mail that has one."""
    texts = [str(message.body) for message in mail.outbox]
    return str(re.findall(r"http://localhost:8000(/shared/open/[^/\s]+/)", "\n".join(texts))[-1])


def code() -> str:
    return str(re.findall(r"evidence pack is (\d{4} \d{4})", str(mail.outbox[-1].body))[-1])


def auditor(share: EvidenceShare) -> Client:
    """A browser of nobody's, in which the link was opened with its code."""
    client = Client()
    client.post(link(), {"do": "send"})
    response = client.post(link(), {"do": "open", "code": code()})
    assert response.headers["Location"] == f"/shared/{share.public_id}/"
    return client


def pages(share: EvidenceShare) -> list[str]:
    start = f"/shared/{share.public_id}/"
    return [start, f"{start}pack.zip", f"{start}pack/index.html", f"{start}pack/matrix.csv"]


def test_an_auditor_reads_the_pack_by_a_link_and_a_code(pack: EvidencePack, ben: User, ben_client: Client) -> None:
    share = shared(ben_client, pack)
    (sent,) = mail.outbox
    message: Message = sent.message()
    assert (message["To"], "Amara" in str(message)) == (ADDRESS, False)
    client = Client()
    first = client.get(link())
    assert first.status_code == 200
    assert "i…@inspectorate.example" in first.content.decode()
    for secret in (ADDRESS, "Amara", "Carer awareness", "Adult Assessments", "Ida"):
        assert secret not in first.content.decode()
    for address in pages(share):
        assert client.get(address).status_code == 404
    client = auditor(share)
    home, file, index, table = (client.get(address) for address in pages(share))
    assert [response.status_code for response in (home, file, index, table)] == [200] * 4
    assert body_of(file) == pack.file.read()
    assert index.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert "script" not in index.headers["Content-Security-Policy"]
    assert table.headers["Content-Disposition"].startswith("attachment")
    matrix = client.get(f"/shared/{share.public_id}/pack/matrix/page-0001.html")
    assert "Amara Okafor" in matrix.content.decode()
    assert f'<a href="{pages(share)[0]}">About this pack, and its download</a>' in matrix.content.decode()
    assert client.get(f"/shared/{share.public_id}/pack/style.css").headers["Content-Type"].startswith("text/css")
    noted = AuditEntry.objects.filter(what="share", key=str(share.public_id)).order_by("pk")
    assert [(entry.action, entry.data.get("file")) for entry in noted] == [
        (Action.SHARED, None),
        (Action.DOWNLOADED, "pack"),
        (Action.SAW, "index.html"),
        (Action.DOWNLOADED, "matrix.csv"),
        (Action.SAW, "matrix/page-0001.html"),
    ]
    assert not [entry for entry in noted if entry.organisation_id != pack.organisation_id]
    assert "Last read on" in said(ben_client, f"/manage/evidence/{pack.public_id}/")


def test_a_wrong_code_is_limited_and_a_right_one_is_used_once(pack: EvidencePack, ben_client: Client) -> None:
    share = shared(ben_client, pack)
    client = Client()
    client.post(link(), {"do": "send"})
    right = code()
    wrong = "0000 0000" if right != "0000 0000" else "1111 1111"
    for _ in range(sharing.MOST_TRIES - 1):
        assert client.post(link(), {"code": wrong}).status_code == 422
    assert client.post(link(), {"code": right}).status_code == 302
    assert Client().post(link(), {"code": right}).status_code == 422
    client = Client()
    client.post(link(), {"do": "send"})
    for _ in range(sharing.MOST_TRIES):
        client.post(link(), {"code": wrong})
    assert client.post(link(), {"code": code()}).status_code == 422
    assert client.get(f"/shared/{share.public_id}/").status_code == 404
    assert "Type the code" in client.post(link(), {"code": ""}).content.decode()


def test_an_old_code_no_longer_counts(pack: EvidencePack, ben_client: Client) -> None:
    share = shared(ben_client, pack)
    client = Client()
    client.post(link(), {"do": "send"})
    first = code()
    client.post(link(), {"do": "send"})
    if first != code():
        assert client.post(link(), {"code": first}).status_code == 422
    EvidenceShare.objects.filter(pk=share.pk).update(code_until=timezone.now())
    assert client.post(link(), {"code": code()}).status_code == 422


def test_only_so_many_codes_are_sent_and_tried(
    pack: EvidencePack, ben_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared(ben_client, pack)
    for _ in range(sharing.MOST_CODES):
        Client().post(link(), {"do": "send"})
    sent = len(mail.outbox)
    assert "Wait an hour" in Client().post(link(), {"do": "send"}).content.decode()
    assert len(mail.outbox) == sent
    monkeypatch.setattr(reading, "A_MINUTE", 0)
    response = Client().post(link(), {"code": "1"})
    assert (response.status_code, "Retry-After" in response.headers) == (429, True)


def test_withdrawn_it_ends_at_once(pack: EvidencePack, ben_client: Client, lena: User) -> None:
    share = shared(ben_client, pack)
    client = auditor(share)
    address = f"/manage/evidence/{pack.public_id}/shares/{share.public_id}/withdraw/"
    assert "reads nothing more" in said(ben_client, address)
    assert client.get(pages(share)[0]).status_code == 200
    for _ in range(2):
        assert ben_client.post(address).status_code == 302
    for url in (*pages(share), link()):
        assert client.get(url).status_code == 404
    assert AuditEntry.objects.filter(what="share", action=Action.WITHDREW).count() == 1
    assert "Withdrawn on" in said(signed_in(lena), f"/manage/evidence/{pack.public_id}/")


def test_the_lead_withdraws_any_and_another_manager_none(
    pack: EvidencePack, ben_client: Client, lena_client: Client, assessments: Unit
) -> None:
    share = shared(ben_client, pack)
    address = f"/manage/evidence/{pack.public_id}/shares/{share.public_id}/withdraw/"
    other = signed_in(somebody("Bea Lund", Role.UNIT_MANAGER, assessments))
    assert other.post(address).status_code == 302
    assert sharing.is_open(EvidenceShare.objects.get())
    lena_client.post(address)
    assert not sharing.is_open(EvidenceShare.objects.get())


def test_it_ends_by_itself(pack: EvidencePack, ben_client: Client) -> None:
    share = shared(ben_client, pack)
    client = auditor(share)
    EvidenceShare.objects.update(ends_on=today(-1))
    for url in (*pages(share), link()):
        assert client.get(url).status_code == 404


def test_a_code_opens_for_two_hours(pack: EvidencePack, ben_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "HOURS", 0)
    share = shared(ben_client, pack)
    client = auditor(share)
    assert "open the link in the mail again" in client.get(pages(share)[0]).content.decode()


def test_who_loses_the_units_shares_them_no_more(pack: EvidencePack, ben: User, ben_client: Client) -> None:
    share = shared(ben_client, pack)
    client = auditor(share)
    ben.person.memberships.update(ends_on=today(-1))
    assert client.get(pages(share)[0]).status_code == 404
    assert sharing.end_lost() == 1
    assert sharing.end_lost() == 0
    ben.person.memberships.update(ends_on=None)
    assert client.get(pages(share)[0]).status_code == 404


def test_a_pack_is_kept_until_its_last_share_ends(pack: EvidencePack, ben: User, ben_client: Client) -> None:
    share = shared(ben_client, pack, ends_on=str(today(60)))
    assert "while it is shared" in said(ben_client, f"/manage/evidence/{pack.public_id}/")
    assert services.take_away_old(today(30)) == 0
    assert services.take_away_old(today(59)) == 0
    client = auditor(share)
    sharing.withdraw(found=EvidenceShare.objects.select_related("pack").get(), by=ben.person)
    assert services.take_away_old(today(30)) == 0
    assert services.take_away_old(today(31)) == 1
    assert client.get(pages(share)[0]).status_code == 404
    page = said(ben_client, f"/manage/evidence/{pack.public_id}/")
    assert "The file has been taken away" in page
    assert ben_client.get(f"/manage/evidence/{pack.public_id}/file/").status_code == 302
    assert ben_client.get(f"/manage/evidence/{pack.public_id}/share/").status_code == 302


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ends_on": str(today(91))}, "within the next 90 days"),
        ({"ends_on": str(today(-1))}, "choose today or a day to come"),
        ({"email": "nobody"}, "valid e"),
        ({"name": "<b>"}, "without brackets"),
        ({"body": ""}, "required"),
    ],
)
def test_what_cannot_be_shared_says_why(
    changes: dict[str, str], words: str, pack: EvidencePack, ben_client: Client
) -> None:
    response = ben_client.post(f"/manage/evidence/{pack.public_id}/share/", given(**changes))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not EvidenceShare.objects.exists()


def test_a_mail_server_that_takes_no_mail_shares_nothing(
    pack: EvidencePack, ben_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(self: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuses)
    response = ben_client.post(f"/manage/evidence/{pack.public_id}/share/", given())
    assert "nothing was shared" in response.content.decode()
    assert not EvidenceShare.objects.exists()


@pytest.fixture
def ada(council: Organisation) -> User:
    """Somebody to whom the lead gave the role of an auditor."""
    return somebody("Ada Lin", Role.AUDITOR, organisation=council)


def test_an_auditor_of_the_organisation_reads_what_was_opened_to_her(
    pack: EvidencePack, ada: User, ben_client: Client, lena_client: Client
) -> None:
    client = signed_in(ada)
    hidden = shared(ben_client, pack)
    assert "Nothing is shared with you just now" in said(client, "/shared/")
    share = shared(ben_client, pack, for_auditors="on")
    assert "Inspection of March" in said(client, "/shared/")
    for address in pages(share):
        assert client.get(address).status_code == 200
    assert AuditEntry.objects.filter(what="share", action=Action.SAW, by=ada.person).count() == 1
    for address in pages(hidden):
        assert client.get(address).status_code == 404
    ada.person.memberships.update(ends_on=today(-1))
    assert client.get("/shared/").status_code == 403
    for address in pages(share):
        assert client.get(address).status_code == 404


def test_nobody_else_reads_it(
    pack: EvidencePack, amara: User, ben: User, lena: User, tariq: User, olga: User, ben_client: Client,
    other_council: Organisation,
) -> None:  # fmt: skip
    """Not who made it either: she has her own screen. Nor an auditor of another organisation."""
    share = shared(ben_client, pack, for_auditors="on")
    elsewhere = somebody("Una Ray", Role.AUDITOR, organisation=other_council)
    for user in (amara, ben, lena, tariq, olga, elsewhere):
        for address in pages(share):
            assert signed_in(user).get(address).status_code == 404, user
            assert signed_in(user).post(address).status_code == 405, user
    for user in (amara, ben, lena, tariq, olga):
        assert signed_in(user).get("/shared/").status_code == 403
    assert Client().get("/shared/").status_code == 302
    assert Client().get("/shared/open/no-such-token/").status_code == 404


def test_a_code_opens_its_own_pack_alone(pack: EvidencePack, ben_client: Client) -> None:
    first = shared(ben_client, pack)
    client = auditor(first)
    second = shared(ben_client, pack)
    assert client.get(f"/shared/{first.public_id}/").status_code == 200
    assert client.get(f"/shared/{second.public_id}/").status_code == 404
    for name in ("../../../etc/passwd", "no-such.html", "%00", "_notes.json", "manifest.json/"):
        assert client.get(f"/shared/{first.public_id}/pack/{name}").status_code == 404

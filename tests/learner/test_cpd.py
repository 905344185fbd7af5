"""The CPD record: years, notes, a peer's sign-off, exports. Budgets: year 4 queries, note 4, peer's page 3."""

from __future__ import annotations

import csv
import datetime
import io
import re

import pikepdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.content.models import ModulePage
from courses.people.models import Person, User
from courses.records import cpd
from courses.records.cpd_years import year_of
from courses.records.models import Completion, CpdNote
from tests.hostile.world import body_of
from tests.manager.history import completed
from tests.records.quick import quick_module

pytestmark = pytest.mark.django_db
LEARNED = "To ask the young person, not about them."
CHANGE = "One open question in every visit."


@pytest.fixture
def module() -> ModulePage:
    return quick_module("Carer awareness")


@pytest.fixture
def completion(amara: User, module: ModulePage) -> Completion:
    return completed(amara.person, module, days_ago=0)


@pytest.fixture
def note(completion: Completion) -> CpdNote:
    return cpd.save_note(completion=completion, learned=LEARNED, change=CHANGE, discussed_on=None)


@pytest.fixture
def link(note: CpdNote) -> str:
    return f"/my-learning/peer/{cpd.ask_peer(person=note.person, completion_id=note.completion_id)}/"


def social_worker(user: User) -> None:
    Person.objects.filter(pk=user.person_id).update(profession="social-worker")


def address(completion: Completion, what: str = "") -> str:
    return f"/my-learning/cpd/notes/{completion.pk}/{what}"


def closed(client: Client, link: str) -> bytes:
    """What a link that is not open answers, without the header, whose sign-in link names the page."""
    answer = client.get(link)
    assert answer.status_code == 404
    return answer.content.split(b"<main", 1)[1]


def signing(client: Client, link: str, **more: str) -> dict[str, str]:
    read = re.search(r'name="read" value="([0-9a-f]+)"', client.get(link).content.decode())
    assert read
    return {"read": read.group(1), "name": "Ben Hughes", "role": "Senior social worker", "agreed": "on", **more}


def test_the_year_with_its_minutes(amara_client: Client, completion: Completion) -> None:
    html = amara_client.get("/my-learning/cpd/").content.decode()
    assert "<strong>20 minutes</strong>" in html
    assert "Carer awareness" in html
    assert f"31 December {timezone.localdate().year}" in html


@pytest.mark.parametrize(
    ("day", "profession", "expected"),
    [
        ((2026, 11, 30), "social-worker", 2026),
        ((2026, 12, 1), "social-worker", 2027),
        ((2026, 12, 31), "other", 2026),
        ((2027, 1, 1), "other", 2027),
    ],
)
def test_where_a_year_begins(day: tuple[int, int, int], profession: str, expected: int) -> None:
    year = year_of(datetime.date(*day), profession)
    assert year.number == expected
    assert year.begins <= datetime.date(*day) <= year.ends


def test_the_last_minute_of_a_social_workers_year(amara: User, amara_client: Client, module: ModulePage) -> None:
    """A minute before the year ends, in London and UTC alike."""
    social_worker(amara)
    from courses.append_only import rewriting

    done = completed(amara.person, module)
    with rewriting():
        moment = datetime.datetime(2026, 11, 30, 23, 59, tzinfo=datetime.UTC)
        Completion.objects.filter(pk=done.pk).update(completed_at=moment)
    assert "Carer awareness" in amara_client.get("/my-learning/cpd/2026/").content.decode()
    assert "Nothing completed" in amara_client.get("/my-learning/cpd/2027/").content.decode()


def test_what_a_social_worker_still_needs(amara: User, amara_client: Client, note: CpdNote) -> None:
    social_worker(amara)
    year = year_of(timezone.localdate(), "social-worker").number
    here = f"/my-learning/cpd/{year}/"
    html = amara_client.get(here).content.decode()
    assert "One of two modules has a whole reflection" in html
    assert "No colleague has signed one yet" in html
    second = completed(amara.person, quick_module("Young carers"), days_ago=0)
    cpd.save_note(completion=second, learned=LEARNED, change=CHANGE, discussed_on=None)
    token = cpd.ask_peer(person=amara.person, completion_id=second.pk)
    cpd.sign(token=token, read=cpd.fingerprint(CpdNote.objects.get(completion=second)), name="Ben Hughes", role="Lead")
    html = amara_client.get(here).content.decode()
    assert "What your registration asks for is here" in html
    assert "still yours to do" in html


def test_the_same_module_twice_is_one_piece(amara: User, amara_client: Client, module: ModulePage) -> None:
    social_worker(amara)
    for period in (1, 2):
        done = completed(amara.person, module, days_ago=0, period=period)
        cpd.save_note(completion=done, learned=LEARNED, change=CHANGE, discussed_on=None)
    html = amara_client.get("/my-learning/cpd/").content.decode()
    assert "One of two modules has a whole reflection" in html


def test_others_are_not_told_of_social_workers_rules(amara_client: Client, completion: Completion) -> None:
    assert "Social Work England" not in amara_client.get("/my-learning/cpd/").content.decode()


def test_a_note_is_written_and_changed(amara_client: Client, completion: Completion) -> None:
    html = amara_client.get(address(completion)).content.decode()
    assert "Leave out names" in html
    answer = amara_client.post(
        address(completion), {"learned": LEARNED, "change": CHANGE, "discussed_on": "2026-03-01"}, follow=True
    )
    assert "Your note is saved" in answer.content.decode()
    stored = CpdNote.objects.get()
    assert (stored.learned, stored.change, stored.discussed_on) == (LEARNED, CHANGE, datetime.date(2026, 3, 1))
    amara_client.post(address(completion), {"learned": "Less", "change": CHANGE})
    stored.refresh_from_db()
    assert (stored.learned, stored.discussed_on) == ("Less", None)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("learned", "x" * 5001, "5,000 characters"),
        ("discussed_on", "soon", "Write the date"),
        ("discussed_on", "2999-01-01", "cannot lie in the future"),
        ("learned", "nul\x00", "Null characters"),
    ],
)
def test_bad_input_changes_nothing(
    amara_client: Client, completion: Completion, field: str, value: str, message: str
) -> None:
    answer = amara_client.post(address(completion), {"learned": "a", "change": "b", field: value})
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not CpdNote.objects.exists()


def test_markup_in_a_note_is_text(amara_client: Client, completion: Completion) -> None:
    amara_client.post(address(completion), {"learned": "<script>alert(1)</script>", "change": CHANGE})
    html = amara_client.get("/my-learning/cpd/").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_notes_are_hers_alone(
    client: Client, ben_client: Client, olga_client: Client, completion: Completion, note: CpdNote
) -> None:
    for other in (ben_client, olga_client):
        assert other.get(address(completion)).status_code == 404
        for what in ("", "ask/", "withdraw/", "delete/"):
            assert other.post(address(completion, what), {"learned": "x"}).status_code == 404
    assert client.get(address(completion)).status_code == 302
    note.refresh_from_db()
    assert note.learned == LEARNED


def test_a_colleague_signs_without_an_account(amara_client: Client, client: Client, note: CpdNote) -> None:
    html = amara_client.post(address(note.completion, "ask/")).content.decode()
    found = re.search(r"http://testserver(/my-learning/peer/[\w-]+/)", html)
    assert found
    link = found.group(1)
    token = link.split("/")[-2]
    note.refresh_from_db()
    assert token not in note.peer_token_hash
    shown = client.get(link)
    for words in ("Amara Okafor", LEARNED, "One open question", "Carer awareness"):
        assert words in shown.content.decode()
    for header, value in (
        ("X-Robots-Tag", "noindex"),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "same-origin"),
    ):
        assert value in shown[header]
    assert token not in shown.content.decode().split("<footer", 1)[1], "a report of this page would carry the key"
    answer = client.post(link, signing(client, link), follow=True)
    assert "Thank you, it is signed" in answer.content.decode()
    note.refresh_from_db()
    assert (note.peer_name, note.peer_role) == ("Ben Hughes", "Senior social worker")
    assert "Signed by <strong>Ben Hughes</strong>" in amara_client.get("/my-learning/cpd/").content.decode()


def test_a_link_signs_once(client: Client, link: str, note: CpdNote) -> None:
    form = signing(client, link)
    client.post(link, form)
    again = client.post(link, {**form, "name": "Somebody Else"})
    assert again.status_code == 404
    assert client.get(link).status_code == 404
    assert LEARNED not in client.get(link).content.decode()
    note.refresh_from_db()
    assert note.peer_name == "Ben Hughes"


def test_withdrawn_expired_replaced_and_unknown_links_answer_alike(
    client: Client, amara_client: Client, amara: User, note: CpdNote, link: str
) -> None:
    replaced = link
    current = f"/my-learning/peer/{cpd.ask_peer(person=amara.person, completion_id=note.completion_id)}/"
    unknown = closed(client, "/my-learning/peer/nothing/")
    assert closed(client, replaced) == unknown
    CpdNote.objects.update(peer_link_expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert closed(client, current) == unknown
    CpdNote.objects.update(peer_link_expires_at=timezone.now() + datetime.timedelta(days=1))
    assert client.get(current).status_code == 200
    amara_client.post(address(note.completion, "withdraw/"))
    assert closed(client, current) == unknown


def test_a_link_lasts_thirty_days(amara: User, note: CpdNote) -> None:
    now = timezone.now()
    token = cpd.ask_peer(person=amara.person, completion_id=note.completion_id, now=now)
    assert cpd.open_note(token, now + datetime.timedelta(days=29, hours=23))
    assert cpd.open_note(token, now + datetime.timedelta(days=30)) is None


def test_nobody_signs_what_was_not_read(client: Client, link: str, note: CpdNote) -> None:
    form = signing(client, link)
    cpd.save_note(completion=note.completion, learned="Something else", change=CHANGE, discussed_on=None)
    answer = client.post(link, form)
    assert answer.status_code == 409
    assert "has changed the note" in answer.content.decode()
    assert "Something else" in answer.content.decode()
    note.refresh_from_db()
    assert note.peer_signed_at is None


def test_she_cannot_sign_her_own(amara_client: Client, link: str, note: CpdNote) -> None:
    html = amara_client.get(link).content.decode()
    assert "You cannot sign your own note" in html
    amara_client.post(link, {"read": cpd.fingerprint(note), "name": "Ben Hughes", "role": "Lead", "agreed": "on"})
    note.refresh_from_db()
    assert note.peer_signed_at is None


@pytest.mark.parametrize("missing", ["name", "role", "agreed"])
def test_signing_needs_name_role_and_the_talk(client: Client, link: str, note: CpdNote, missing: str) -> None:
    form = signing(client, link)
    del form[missing]
    assert client.post(link, form).status_code == 422
    assert client.post(link, signing(client, link, name="<b>x</b>")).status_code == 422
    assert client.post(link, signing(client, link, name="x" * 300)).status_code == 422
    note.refresh_from_db()
    assert note.peer_signed_at is None


def test_a_signed_note_changes_only_without_its_sign_off(
    amara_client: Client, client: Client, link: str, note: CpdNote
) -> None:
    client.post(link, signing(client, link))
    here = address(note.completion)
    assert "If you change the note, their sign-off goes" in amara_client.get(here).content.decode()
    answer = amara_client.post(here, {"learned": "New", "change": CHANGE})
    assert answer.status_code == 422
    note.refresh_from_db()
    assert (note.learned, note.peer_name) == (LEARNED, "Ben Hughes")
    amara_client.post(here, {"learned": LEARNED, "change": CHANGE})
    note.refresh_from_db()
    assert note.peer_name == "Ben Hughes", "saving the same words drops nothing"
    amara_client.post(here, {"learned": "New", "change": CHANGE, "drop": "on"})
    note.refresh_from_db()
    assert (note.learned, note.peer_name, note.peer_role, note.peer_signed_at) == ("New", "", "", None)


def test_there_is_no_link_for_an_empty_note(amara: User, amara_client: Client, completion: Completion) -> None:
    cpd.save_note(completion=completion, learned=LEARNED, change=" ", discussed_on=None)
    answer = amara_client.post(address(completion, "ask/"), follow=True)
    assert "there is nothing to sign yet" in answer.content.decode()
    assert CpdNote.objects.get().peer_token_hash == ""


def test_a_note_can_be_deleted(amara_client: Client, client: Client, link: str, note: CpdNote) -> None:
    amara_client.post(address(note.completion, "delete/"))
    assert not CpdNote.objects.exists()
    assert Completion.objects.exists()
    assert client.get(link).status_code == 404


def test_the_year_as_csv(amara: User, amara_client: Client, completion: Completion) -> None:
    cpd.save_note(completion=completion, learned="=1+1", change='two\nlines, "quoted"', discussed_on=None)
    answer = amara_client.get(f"/my-learning/cpd/{timezone.localdate().year}.csv")
    body = body_of(answer).decode()
    assert body.startswith("\ufeff")
    [head, row] = list(csv.reader(io.StringIO(body.removeprefix("\ufeff"))))
    line = dict(zip(head, row, strict=True))
    assert line["What I learned"] == "'=1+1"
    assert line["What I will change"] == 'two\nlines, "quoted"'
    assert (line["Module"], line["Minutes"]) == ("Carer awareness", "20")


def test_the_year_as_tagged_pdf(amara_client: Client, completion: Completion, note: CpdNote) -> None:
    answer = amara_client.get(f"/my-learning/cpd/{timezone.localdate().year}.pdf")
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang).startswith("en")
        assert document.docinfo["/Title"] == f"CPD record, {timezone.localdate().year}: Amara Okafor"


@pytest.mark.parametrize("year", ["1999", "2101", "99999999999"])
def test_a_year_that_is_none(amara_client: Client, year: str) -> None:
    for suffix in ("/", ".csv", ".pdf"):
        assert amara_client.get(f"/my-learning/cpd/{year}{suffix}").status_code == 404


def test_a_visitor_is_asked_to_sign_in(client: Client, db: None) -> None:
    for path in ("cpd/", "cpd/2026/", "cpd/2026.csv", "cpd/2026.pdf"):
        assert client.get(f"/my-learning/{path}").status_code == 302


def test_too_many_openings_are_asked_to_wait(client: Client, db: None) -> None:
    answers = [client.get("/my-learning/peer/nothing/").status_code for _ in range(70)]
    assert answers[0] == 404
    assert 429 in answers


def cost(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_budgets(amara: User, amara_client: Client, client: Client, note: CpdNote, link: str) -> None:
    for number in range(8):
        completed(amara.person, quick_module(f"Module {number}"), days_ago=0)
    assert cost(amara_client, "/my-learning/cpd/") <= 4
    assert cost(amara_client, address(note.completion)) <= 4
    assert cost(client, link) <= 3

"""There is one sign-in. Every door of Wagtail's leads to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django import forms
from django.contrib.auth import views as auth_views
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from courses.people.models import User
from tests.factories import PASSWORD

DOORS = [
    ("/cms/login/", "/accounts/login/"),
    ("/_util/login/", "/accounts/login/"),
    ("/cms/password_reset/", "/accounts/password/reset/"),
    ("/cms/password_reset/done/", "/accounts/password/reset/"),
    ("/cms/password_reset/confirm/MQ/abc-def/", "/accounts/password/reset/"),
    ("/cms/password_reset/complete/", "/accounts/password/reset/"),
    ("/cms/logout/", "/accounts/logout/"),
]


@pytest.mark.parametrize(("door", "leads_to"), DOORS)
def test_door_leads_to_the_one_sign_in(client: Client, db: None, door: str, leads_to: str) -> None:
    assert client.get(door).headers["Location"] == leads_to


@pytest.mark.parametrize("door", ["/cms/login/", "/_util/login/"])
def test_a_password_posted_at_another_door_is_not_looked_at(client: Client, tariq: User, door: str) -> None:
    answer = client.post(door, {"username": tariq.email, "password": PASSWORD, "next": "/cms/pages/"})
    assert answer.headers["Location"] == "/accounts/login/?next=%2Fcms%2Fpages%2F"
    assert "_auth_user_id" not in client.session


def test_cms_keeps_where_she_was_going(client: Client, tariq: User) -> None:
    answer = client.get("/cms/pages/?q=carers")
    assert answer.headers["Location"] == "/accounts/login/?next=/cms/pages/%3Fq%3Dcarers"
    answer = client.post(
        "/accounts/login/", {"login": tariq.email, "password": PASSWORD, "next": "/cms/pages/?q=carers"}
    )
    assert answer.headers["Location"] == "/cms/pages/?q=carers"


def test_an_unknown_cms_address_too(client: Client, db: None) -> None:
    answer = client.get("/cms/no-such-thing/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=")


def test_signing_out_of_the_cms_signs_out(tariq_client: Client) -> None:
    answer = tariq_client.post("/cms/logout/", follow=True)
    assert [code for _, code in answer.redirect_chain] == [307, 302]
    assert "_auth_user_id" not in tariq_client.session


def patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        where = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, where)
        else:
            yield where, one


def test_no_other_view_of_the_site_signs_in_or_sets_a_password(client: Client, db: None) -> None:
    """Walks every address: a view of Django's own sign-in or password change must be shadowed by a door of ours."""
    own_views = (
        auth_views.LoginView, auth_views.LogoutView, auth_views.PasswordResetView, auth_views.PasswordResetConfirmView,
        auth_views.PasswordChangeView, auth_views.PasswordResetDoneView, auth_views.PasswordResetCompleteView,
    )  # fmt: skip
    found = []
    for where, pattern in patterns(get_resolver()):
        view = getattr(pattern.callback, "view_class", None)
        named = re.search(r"log_?in\b|log_?out|password", f"{where} {pattern.name}")
        if (view and issubclass(view, own_views)) or (named and not where.startswith(("accounts/", "demo/"))):
            path = "/" + re.sub(r"<[^>]*token>", "abc-def", re.sub(r"<[^>]*uidb64>", "MQ", where))
            found.append((where, path))
    one_page = "authenticate_with_password/"  # opens one page or folder to who knows its word; signs nobody in
    checked = [path for where, path in found if one_page not in where and "<path:rest>" not in path]
    assert len(checked) >= 7
    for path in checked:
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code in {302, 307}, path
            assert answer.headers["Location"].startswith("/accounts/"), path


@pytest.mark.parametrize("path", ["/cms/account/", "/cms/users/edit/{pk}/", "/cms/users/new/"])
def test_no_cms_form_changes_an_address_or_a_password(admin_client: Client, amara: User, path: str) -> None:
    answer = admin_client.get(path.format(pk=amara.pk), follow=True)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'type="password"' not in page
    assert 'type="email"' not in page
    assert not re.search(r'name="[\w-]*(email|password)[\w-]*"', page)


def test_cms_settings_lead_to_the_account(tariq_client: Client) -> None:
    answer = tariq_client.get("/cms/account/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'href="/accounts/"' in page
    assert "First Name" not in page


def test_a_posted_address_changes_nothing_in_the_cms(admin: User, admin_client: Client, amara: User) -> None:
    new = {"email": "stolen@example.org", "name_email-email": "stolen@example.org", "first_name": "A", "last_name": "B"}
    admin_client.post("/cms/account/", new)
    admin_client.post(f"/cms/users/edit/{amara.pk}/", {**new, "is_active": "on", "is_superuser": "on"})
    admin_client.post("/cms/users/new/", {**new, "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.filter(email="stolen@example.org").exists()
    for user in (admin, amara):
        before = user.email
        user.refresh_from_db()
        assert user.email == before
    assert not amara.is_superuser


def test_allauth_offers_one_password_field(db: None) -> None:
    """Twice-typed passwords are shorter ones; a button shows what was typed."""
    from courses.people.forms import account as ours

    for form in (ours.SignupForm(), ours.ResetPasswordKeyForm(), ours.ChangePasswordForm()):
        hidden = [f for f in form.fields.values() if isinstance(f.widget, forms.PasswordInput) and f.label]
        assert "password2" not in form.fields
        assert hidden

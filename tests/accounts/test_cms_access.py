"""Who may open /cms/, and with which of Wagtail's groups."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Page

from courses.people.models import Membership, Role, User
from courses.people.services import ensure_cms_groups, sync_cms_groups
from tests.factories import PASSWORD, MembershipFactory, UserFactory
from tests.people import somebody

YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)


def groups(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def test_author_signs_in_and_opens_the_cms(client: Client, tariq: User) -> None:
    client.post("/accounts/login/", {"login": tariq.email, "password": PASSWORD})
    assert groups(tariq) == {"Content authors"}
    assert client.session["roles"] == ["content-author"]
    assert client.get("/cms/").status_code == 200


def test_learner_and_manager_get_a_page_that_helps_and_no_loop(amara_client: Client, ben_client: Client) -> None:
    for client, words in ((amara_client, "your learning"), (ben_client, "your team")):
        for path in ("/cms/", "/cms/pages/", "/cms/no-such-thing/", "/cms/account/"):
            answer = client.get(path)
            assert answer.status_code == 403
            assert words in answer.content.decode()
        assert client.get("/cms/login/?next=/cms/", follow=True).status_code == 403


def test_a_lapsed_role_is_out_at_the_next_request(client: Client, tariq: User) -> None:
    client.post("/accounts/login/", {"login": tariq.email, "password": PASSWORD})
    Membership.objects.filter(person=tariq.person).update(ends_on=YESTERDAY)
    assert client.get("/cms/").status_code == 403
    assert groups(tariq) == set()
    assert client.session["roles"] == []


def test_a_role_given_meanwhile_is_in_at_the_next_request(amara: User, amara_client: Client) -> None:
    assert amara_client.get("/cms/").status_code == 403
    MembershipFactory(person=amara.person, unit=None, role=Role.CONTENT_AUTHOR)
    assert amara_client.get("/cms/").status_code == 200
    assert groups(amara) == {"Content authors"}


def test_what_each_role_may_do_to_pages(tariq: User, rosa: User, db: None) -> None:
    administrator = somebody("Iris Bell", Role.PLATFORM_ADMINISTRATOR)
    root = Page.get_first_root_node()
    assert root is not None

    def powers(user: User) -> tuple[bool, bool, bool]:
        sync_cms_groups(user)
        allowed = root.permissions_for_user(User.objects.get(pk=user.pk))
        return allowed.can_add_subpage(), allowed.can_publish_subpage(), allowed.can_edit()

    child = root.get_children().first()
    assert child is not None
    for user, can_publish in ((tariq, True), (rosa, False), (administrator, True)):
        sync_cms_groups(user)
        allowed = child.permissions_for_user(User.objects.get(pk=user.pk))
        assert allowed.can_edit()
        assert allowed.can_publish() is can_publish
        assert allowed.can_add_subpage() is can_publish


def test_what_each_role_may_do_to_files_and_questions(tariq: User, rosa: User) -> None:
    for user in (tariq, rosa):
        sync_cms_groups(user)
    author, reviewer = User.objects.get(pk=tariq.pk), User.objects.get(pk=rosa.pk)
    for permission in ("content.change_question", "content.add_question"):
        assert author.has_perm(permission)
        assert not reviewer.has_perm(permission)
    assert reviewer.has_perm("content.view_question")
    assert not author.has_perm("content.change_moduleversion")
    assert not author.has_perm("content.delete_moduleversion")


def test_cms_pages_of_author_and_reviewer_open(tariq_client: Client, rosa_client: Client) -> None:
    for client in (tariq_client, rosa_client):
        assert client.get("/cms/").status_code == 200
        assert client.get("/cms/pages/").status_code in {200, 302}
    for path in ("/cms/images/", "/cms/documents/", "/cms/media/"):
        assert tariq_client.get(path).status_code == 200


def test_groups_made_by_hand_are_kept(tariq: User) -> None:
    special = Group.objects.create(name="Welsh translators")
    tariq.groups.add(special)
    Membership.objects.filter(person=tariq.person).update(ends_on=YESTERDAY)
    sync_cms_groups(tariq)
    assert groups(tariq) == {"Welsh translators"}


def test_superuser_of_the_operator_may_open_the_cms(client: Client, db: None) -> None:
    user = UserFactory(is_superuser=True)
    client.force_login(user)
    assert client.get("/cms/").status_code == 200


def test_syncing_again_costs_two_queries_and_changes_nothing(
    tariq: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sync_cms_groups(tariq)
    ensure_cms_groups()
    with django_assert_num_queries(2):
        sync_cms_groups(tariq)
    assert groups(tariq) == {"Content authors"}


def test_command_gives_new_permissions_and_repeats_harmlessly(tariq: User, capsys: pytest.CaptureFixture[str]) -> None:
    sync_cms_groups(tariq)
    Group.objects.get(name="Content authors").permissions.clear()
    for _ in range(2):
        call_command("set_up_cms_groups")
    assert User.objects.get(pk=tariq.pk).has_perm("content.change_question")
    assert "checked" in capsys.readouterr().out

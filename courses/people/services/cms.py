"""Wagtail knows groups, we know dated memberships: the groups follow the memberships.

Wagtail asks for page and collection permissions through groups, so groups are what a role has to become. They are set
at sign-in, with every change of a membership, and at the first CMS request after a role began or lapsed (middleware):
somebody whose membership ended yesterday is out at her next click.
"""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q, QuerySet
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from courses.people.models import Role, User
from courses.people.permissions import roles

GROUPS: dict[str, str] = {
    Role.CONTENT_AUTHOR: "Content authors",
    Role.CARER_REVIEWER: "Carer reviewers",
    Role.PLATFORM_ADMINISTRATOR: "Platform administrators",
}
CONTENT = "content"
"""Label of the app that holds what is taught; its tables stand above ours, its permissions can be named from here."""
APPEND_ONLY = ("lessonversion", "moduleversion", "packageversion", "questionversion")
FILES = (("wagtailimages", "image"), ("wagtaildocs", "document"), ("wagtailmedia", "media"))
"""Whose permissions Wagtail asks for, whatever our own models of files are called."""


def sync_cms_groups(user: User) -> set[str]:
    """Puts `user` into the groups of the roles she holds today and out of the others. Returns her roles.

    Two queries when nothing changes. Groups of other names, which an administrator may have made by hand, are kept.
    """
    held = roles(user)
    wanted = {name for role, name in GROUPS.items() if role in held}
    present = set(user.groups.filter(name__in=GROUPS.values()).values_list("name", flat=True))
    if wanted == present:
        return held
    with transaction.atomic():
        if missing := wanted - set(Group.objects.filter(name__in=wanted).values_list("name", flat=True)):
            ensure_cms_groups(only=missing)
        user.groups.add(*Group.objects.filter(name__in=wanted - present))
        user.groups.remove(*Group.objects.filter(name__in=present - wanted))
    return held


@transaction.atomic
def ensure_cms_groups(*, only: set[str] | None = None) -> None:
    """Makes the groups with the permissions they should have; run again after an upgrade brings new permissions."""
    authors, reviewers, administrators = GROUPS.values()
    page_types = ("add", "change", "publish", "lock", "unlock")
    if not only or authors in only:
        content = Permission.objects.filter(content_type__app_label=CONTENT).exclude(
            content_type__model__in=(*APPEND_ONLY, "library")
        )
        _grant(authors, permissions=content, pages=page_types, files=("add", "change", "choose"))
    if not only or reviewers in only:
        seen = Permission.objects.filter(content_type__app_label=CONTENT, codename__startswith="view_")
        _grant(reviewers, permissions=seen, pages=("change",), files=("choose",))
    if not only or administrators in only:
        kept = Q(content_type__app_label="people", codename__startswith="delete_") | Q(codename="add_user")
        everything = Permission.objects.exclude(
            content_type__app_label=CONTENT, content_type__model__in=APPEND_ONLY
        ).exclude(kept)
        _grant(
            administrators,
            permissions=everything,
            pages=(*page_types, "bulk_delete"),
            files=("add", "change", "choose"),
        )


def _grant(name: str, *, permissions: QuerySet[Permission], pages: tuple[str, ...], files: tuple[str, ...]) -> None:
    group, _ = Group.objects.get_or_create(name=name)
    access = Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
    group.permissions.set(permissions | access)
    _grant_pages(group, pages)
    _grant_files(group, files)


def _grant_pages(group: Group, kinds: tuple[str, ...]) -> None:
    root = Page.get_first_root_node()
    wanted = Permission.objects.filter(
        content_type__app_label="wagtailcore",
        content_type__model="page",
        codename__in=[f"{kind}_page" for kind in kinds],
    )
    for permission in wanted:
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)


def _grant_files(group: Group, kinds: tuple[str, ...]) -> None:
    root = Collection.get_first_root_node()
    condition = Q(pk__in=[])
    for app, model in FILES:
        condition |= Q(content_type__app_label=app, codename__in=[f"{kind}_{model}" for kind in kinds])
    for permission in Permission.objects.filter(condition):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)

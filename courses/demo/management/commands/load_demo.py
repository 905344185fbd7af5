"""manage.py load_demo: the course material, invented people, two organisations and some history."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from courses.append_only import rewriting
from courses.content.loading import load_material
from courses.content.material import read_material
from courses.content.models import ModuleVersion
from courses.demo.history import make_history, make_privacy, make_requirements
from courses.demo.packages import demo_package
from courses.demo.people import ACCOUNTS, COLLEAGUES, NORTHFIELD, PASSWORD, UNITS, Account
from courses.demo.workplace import Northfield
from courses.people.models import EmailDomain, Membership, Organisation, Person, Profession, Role, Unit, User
from courses.people.services.cms import sync_cms_groups

BESIDE = ("spot-the-carer",)
"""Packages that stand in no module: for trainers to try and to choose."""


class Command(BaseCommand):
    help = "Fills an empty installation with the demo. Run again it changes nothing that people did since."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("load_demo runs under the demo's settings only: its passwords are public.")
        material = read_material(Path(settings.BASE_DIR) / "material")
        if material.faults:
            raise CommandError("The material has faults:\n" + "\n".join(material.faults))
        now = timezone.now()
        with transaction.atomic():
            load_material(material, packages=demo_package)
            for name in BESIDE:
                demo_package(name)
            if not Organisation.objects.filter(slug=slugify(NORTHFIELD)).exists():
                self._first_time(now)

    def _first_time(self, now: datetime.datetime) -> None:
        today = timezone.localdate(now)
        with rewriting():
            # The demo's history is older than this minute, so its modules must be too.
            ModuleVersion.objects.update(published_at=now - datetime.timedelta(days=1200))
        units = {name: self._organisation(name) for name in UNITS}
        for account in ACCOUNTS:
            self._account(account, units, today)
        for name, organisation, unit, job, days in COLLEAGUES:
            # With a login, because they learned here, and without a password, so that nobody signs in as one of them.
            login = User.objects.create_user(f"{slugify(name).replace('-', '.')}@example.org", name=name)
            EmailAddress.objects.create(user=login, email=login.email, verified=True, primary=True)
            person = login.person
            self._member(person, units[organisation][unit], Role.LEARNER, job, today - datetime.timedelta(days=days))
        make_requirements(today)
        make_history(now)
        Northfield(now).arrange()
        make_privacy(now)

    def _organisation(self, name: str) -> dict[str, Unit]:
        organisation = Organisation.objects.create(
            name=name,
            slug=slugify(name),
            signatory_name="Priya Nair" if name == NORTHFIELD else "Morwenna Tregear",
            signatory_title="Training lead" if name == NORTHFIELD else "Head of learning",
        )
        units: dict[str, Unit] = {}
        for unit_name, parent in UNITS[name]:
            above = units.get(parent or "")
            unit = Unit.objects.create(organisation=organisation, parent=above, name=unit_name, path="")
            unit.path = f"{above.path if above else '/'}{unit.pk}/"
            unit.save(update_fields=["path"])
            units[unit_name] = unit
        if name == NORTHFIELD:
            EmailDomain.objects.create(
                organisation=organisation, unit=units["Adult Assessments"], domain="northfield.example"
            )
        return units

    def _account(self, account: Account, units: dict[str, dict[str, Unit]], today: datetime.date) -> None:
        user = User.objects.create_user(account.email, PASSWORD, name=account.name)
        user.person.family_name = account.name.rsplit(" ", 1)[-1]
        if account.email == "learner@example.org":
            user.person.profession = Profession.SOCIAL_WORKER
        user.person.save()
        user.is_superuser = account.role == Role.PLATFORM_ADMINISTRATOR
        user.save()
        EmailAddress.objects.create(user=user, email=account.email, verified=True, primary=True)
        new = account.email == "newcomer@example.org"
        since = today - datetime.timedelta(days=9 if new else 800)
        if account.organisation:
            unit = units[account.organisation].get(account.unit)
            home = unit or next(iter(units[account.organisation].values()))
            if account.role != Role.LEARNER:
                self._member(user.person, unit, account.role, account.job, since, home.organisation)
            if account.learns:
                self._member(user.person, home, Role.LEARNER, account.job, since)
        else:
            self._member(user.person, None, account.role, account.job, since)
        sync_cms_groups(user)

    def _member(
        self,
        person: Person,
        unit: Unit | None,
        role: Role,
        job: str,
        since: datetime.date,
        organisation: Organisation | None = None,
    ) -> None:
        Membership.objects.create(
            person=person,
            unit=unit,
            organisation=unit.organisation if unit else organisation,
            role=role,
            job_title=job,
            starts_on=since,
        )

"""What the training lead and a manager of the demo have arranged, through the services behind their screens: so that
each of these has something to show."""

from __future__ import annotations

import datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from courses.content.models import ModulePage
from courses.demo.history import ASSESSMENTS, AWARENESS, SCHOOLS
from courses.manager.models import ViewKind
from courses.manager.models.scheduled_report import Every
from courses.manager.out.services import schedule, set_format
from courses.manager.saved_views import save_view
from courses.people import jobs
from courses.people.importing import services as importing
from courses.people.models import Employment, JobRole, Membership, NationOfWork, Organisation, Person, Role, Unit, User
from courses.people.services import posts, staffing, units
from courses.people.services.posts import Place
from courses.records.drafting import Terms
from courses.records.models import Requirement
from courses.records.models.agreement import AcceptedKind, ReasonableAdjustment
from courses.records.models.exemption import ExemptionKind
from courses.records.services import agreeing, requiring
from courses.records.services.paths import Step, make_path
from courses.reminders.services.sending import send_all

JOB_ROLES = {
    "Social worker": ("Social worker", "Senior social worker", "Social worker, new"),
    "Assessor": ("Assessor", "Assessor, new", "Review officer", "First-contact worker"),
    "Occupational therapist": ("Occupational therapist",),
    "Manager": ("Team manager", "Training lead"),
    "Support worker": ("Support worker", "Family support worker", "School liaison worker", "Discharge co-ordinator"),
}
"""What stands in job titles, by the job role that requirements can name."""

PEOPLE_CSV = """Employee number,Full name,E-mail address,Unit,Job title,Start date,Leave date
N-0031,Xanthe Doyle,xanthe.doyle@northfield.example,Adult Social Care > Hospital Discharge,Social worker,04/01/2027,
N-0032,Yusuf Karim,yusuf.karim@northfield.example,Schools and Families,Family support worker,11/01/2027,
{mei},Mei Chen,,Adult Social Care > Hospital Discharge,Senior social worker,,
N-0033,Zofia Lis,zofia.lis-at-northfield.example,Schools and Families,Family support worker,31/02/2027,
"""
"""A file as the personnel system might give it: two new people, a new title, and a row with two faults."""

EVIDENCE = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 300]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 74>>stream
BT /F 16 Tf 40 220 Td (Invented certificate, for the demonstration.) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""


class Northfield:
    """The council of the demo, as its lead and one manager arrange it."""

    def __init__(self, now: datetime.datetime) -> None:
        self.now, self.today = now, timezone.localdate(now)
        self.council = Organisation.objects.get(slug="northfield-council")
        self.units = {unit.name: unit for unit in Unit.objects.filter(organisation=self.council)}
        self.people = {person.name: person for person in Person.objects.all()}
        self.modules = {page.slug: page for page in ModulePage.objects.all()}
        self.lead = User.objects.get(email="lead@example.org")
        self.manager = User.objects.get(email="manager@example.org")

    def day(self, offset: int) -> datetime.date:
        return self.today + datetime.timedelta(days=offset)

    def arrange(self) -> None:
        """Everything, in an order in which it might have happened."""
        self.workforce()
        self.posts_and_leave()
        self.agreements()
        self.rules()
        self.lists()
        self.reminders()
        self.an_import()

    def workforce(self) -> None:
        """Workplace references, job roles, and the council's own number of each person."""
        for number, unit in enumerate(self.units.values(), 1):
            unit.reference, unit.nation = f"NF-{number:02}", NationOfWork.ENGLAND
            units.set_up_unit(unit=unit, by=self.lead)
        held = Membership.objects.filter(unit__organisation=self.council, role=Role.LEARNER)
        for name, titles in JOB_ROLES.items():
            role = units.name_job_role(organisation=self.council, name=name, by=self.lead)
            held.filter(job_title__in=titles).update(job_role=role)
        held.filter(unit=self.units["Adult Assessments"]).exclude(person=self.manager.person).update(
            manager=self.manager.person, deputy=self.people["Dmitri Petrov"]
        )
        for number, post in enumerate(held.select_related("person").order_by("pk"), 1):
            posts.employ(
                person=post.person, organisation=self.council, starts_on=post.starts_on, reference=f"N-{number:04}"
            )

    def posts_and_leave(self) -> None:
        farah, discharge = self.people["Farah Siddiqui"], self.units["Hospital Discharge"]
        role = JobRole.objects.get(organisation=self.council, name="Social worker")
        second = Place(unit=discharge, job_role=role, job_title="Social worker, Fridays")
        staffing.add_post(person=farah, place=second, starts_on=self.day(-120), by=self.lead)
        staffing.grant_leave(
            person=self.people["Eilidh Fraser"],
            organisation=self.council,
            starts_on=self.day(-20),
            ends_on=self.day(45),
            by=self.manager,
        )
        for name, days in (("Walter Finch", 45), ("Vera Lomax", 200)):
            person = self.people[name]
            staffing.let_go(person=person, organisation=self.council, last_day=self.day(-days), by=self.lead)

    def agreements(self) -> None:
        """An exemption with evidence, training accepted from elsewhere, and a later date."""
        by, council = self.manager.person, self.council
        agreeing.exempt(
            person=self.people["Kemi Balogun"],
            module_id=self.modules[ASSESSMENTS].pk,
            organisation=council,
            kind=ExemptionKind.EQUIVALENT,
            starts_on=self.day(-200),
            ends_on=self.day(240),
            reason="Equivalent assessor's course accepted.",
            evidence=SimpleUploadedFile("assessor-course.pdf", EVIDENCE, "application/pdf"),
            by=by,
        )
        agreeing.accept(
            person=self.people["Ivy Clarke"],
            module_id=self.modules[ASSESSMENTS].pk,
            organisation=council,
            kind=AcceptedKind.CERTIFICATE,
            completed_on=self.day(-150),
            valid_until=self.day(580),
            title="Carers' assessments under the Care Act",
            provider="University of Westbourne",
            number="UW-20417",
            words="Seen in the original. Covers the same outcomes.",
            evidence=SimpleUploadedFile("westbourne.pdf", EVIDENCE, "application/pdf"),
            by=by,
        )
        agreeing.adjust(
            person=self.people["Jonah Silva"],
            module_id=self.modules[AWARENESS].pk,
            organisation=council,
            kind=ReasonableAdjustment.LATER_DATE,
            due_on=self.day(75),
            words="Asked for more time to read; we look at it together every other week.",
            by=by,
        )

    def rules(self) -> None:
        """A learning path, required of one team, and a rule that another replaces in two weeks."""
        lead, council = self.lead.person, self.council
        awareness, assessments = self.modules[AWARENESS].pk, self.modules[ASSESSMENTS].pk
        path = make_path(
            organisation=council,
            name="First year in adult social care",
            ordered=True,
            steps=[Step(awareness), Step(assessments, awareness)],
            by=lead,
        )
        terms = Terms(
            organisation=council,
            unit=self.units["Hospital Discharge"],
            path=path,
            due_on=self.day(160),
            grace_days=30,
            starts_on=self.today,
        )
        requiring.require(terms=terms, by=lead)
        schools = self.units["Schools and Families"]
        old = Requirement.objects.get(module=self.modules[SCHOOLS], unit=schools, ends_on=None)
        requiring.change(
            requirement=old,
            seen=requiring.mark(old),
            terms=Terms(
                organisation=council,
                unit=schools,
                module_id=self.modules[SCHOOLS].pk,
                days_after_joining=45,
                refresh_months=12,
                starts_on=self.day(14),
            ),
            by=lead,
        )

    def lists(self) -> None:
        """Saved views, a report that comes every week, and the settings of the ASC-WDS file."""
        lead, manager, council = self.lead.person, self.manager.person, self.council
        for owner, name, kind, choices, shared in (
            (lead, "Overdue", ViewKind.MATRIX, {"state": ["overdue"]}, True),
            (lead, "Next dates first", ViewKind.PEOPLE, {"sort": ["next"]}, False),
            (manager, "Still missing", ViewKind.MATRIX, {"need": ["missing"]}, False),
        ):
            save_view(owner=owner, organisation=council, kind=kind, name=name, choices=choices, shared=shared)
        schedule(
            by=lead,
            organisation=council,
            recipients=[lead, manager],
            what="overdue",
            slug="",
            ending="xlsx",
            choice="",
            every=Every.WEEKLY,
        )
        # The category is invented: which one carers' awareness belongs to is the employer's to say (fact pack §5.4).
        modules = [{"module_id": page.pk, "category": "38", "accredited": "0"} for page in self._public()]
        seen = [page.pk for page in self._public()]
        set_format(organisation=council, kind="asc-wds", by=lead, modules=modules, seen=seen)

    def reminders(self) -> None:
        """As they were due three days ago, so that whoever is reminded now has had no mail today."""
        send_all(now=self.now - datetime.timedelta(days=3), even_if_quiet=True)

    def an_import(self) -> None:
        """A file that was checked and not written yet: what it would change, and what is wrong with it."""
        lead = self.lead.person
        mei = Employment.objects.get(person=self.people["Mei Chen"]).reference
        file = SimpleUploadedFile("people-january.csv", PEOPLE_CSV.format(mei=mei).encode(), "text/csv")
        found = importing.put_in(organisation=self.council, by=lead, file=file)
        found = importing.ask_check(found=found, by=lead, mapping=found.mapping, whole=False)
        if found.job_id:
            jobs.work_on.call(found.job_id)

    def _public(self) -> list[ModulePage]:
        return [page for page in self.modules.values() if not page.private]

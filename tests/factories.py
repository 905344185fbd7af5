"""Makes things for tests, complete and valid by default; what is special is said: `ModuleFactory(published=True)`.

factory_boy's classes are called like functions, which type checkers cannot see: `typed` says what each call gives.
"""

from __future__ import annotations

import datetime
import json
import uuid
from typing import Any, Protocol, TypeVar, cast

import factory
from allauth.account.models import EmailAddress
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db.models import Model
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page, Site

from courses.content.models import (
    CataloguePage,
    ChangeKind,
    HomePage,
    ModuleOutcome,
    ModulePage,
    Nation,
    Principle,
    Question,
    QuestionOption,
    Sector,
)
from courses.content.queries import GENERATION
from courses.people.models import Membership, Organisation, Person, Role, Unit, User

PASSWORD = "carers-demo"
LONG_AGO = datetime.date(2024, 1, 1)
M = TypeVar("M", bound=Model)
P = TypeVar("P", bound=Page)


class Maker(Protocol[M]):
    """What can be done with a factory."""

    def __call__(self, **fields: Any) -> M: ...
    def create_batch(self, size: int, **fields: Any) -> list[M]: ...


def typed(model: type[M], factory: Any) -> Maker[M]:
    """The factory itself, with the type of what it makes."""
    return cast("Maker[M]", factory)


class _PersonFactory(factory.django.DjangoModelFactory[Person]):
    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"Person Number{n}")
    family_name = factory.LazyAttribute(lambda o: o.name.rsplit(" ", 1)[-1])


PersonFactory = typed(Person, _PersonFactory)


class _UserFactory(factory.django.DjangoModelFactory[User]):
    """A login with a verified address, so that allauth lets it in."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    person = factory.SubFactory(_PersonFactory)
    email = factory.Sequence(lambda n: f"person{n}@example.org")
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def verified(self, create: bool, extracted: bool | None, **_: Any) -> None:
        if create and extracted is not False:
            user = cast("User", self)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


UserFactory = typed(User, _UserFactory)


class _OrganisationFactory(factory.django.DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Council {n}")
    slug = factory.LazyAttribute(lambda o: slugify(o.name))
    signatory_name = "Ruth Adeyemi"
    signatory_title = "Head of Learning"


OrganisationFactory = typed(Organisation, _OrganisationFactory)


class _UnitFactory(factory.django.DjangoModelFactory[Unit]):
    """A unit with its path; a part of `parent` belongs to the parent's organisation."""

    class Meta:
        model = Unit

    organisation = factory.LazyAttribute(lambda o: o.parent.organisation if o.parent else OrganisationFactory())
    parent = None
    name = factory.Sequence(lambda n: f"Unit {n}")

    @classmethod
    def _create(cls, model_class: type[Unit], *args: Any, **kwargs: Any) -> Unit:
        unit = cast("Unit", super()._create(model_class, *args, **kwargs))
        unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
        unit.save(update_fields=["path"])
        return unit


UnitFactory = typed(Unit, _UnitFactory)


class _MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    """A learner of a unit since long ago; `role=` and `starts_on=`/`ends_on=` say otherwise."""

    class Meta:
        model = Membership

    person = factory.SubFactory(_PersonFactory)
    unit = factory.SubFactory(_UnitFactory)
    organisation = factory.LazyAttribute(lambda o: o.unit.organisation if o.unit else None)
    role = Role.LEARNER
    starts_on = LONG_AGO


MembershipFactory = typed(Membership, _MembershipFactory)


def planted(kind: type[P], parent: Page, **fields: Any) -> P:
    """A page below `parent`, written as fixtures are: tests that need a page to stand somewhere do not test Wagtail's
    checks, log and search of it, which would take longer than the rest of most tests."""
    path = kind._get_path(parent.path, parent.depth + 1, parent.numchild + 1)
    base = Page(
        path=path,
        depth=parent.depth + 1,
        url_path=f"{parent.url_path}{fields['slug']}/",
        content_type=ContentType.objects.get_for_model(kind),
        locale_id=parent.locale_id,
        draft_title=fields["title"],
        **fields,
    )
    base.save_base(raw=True)
    Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + 1)
    page = kind(page_ptr_id=base.pk)
    page.save_base(raw=True)
    found: P = kind.objects.get(pk=base.pk)
    return found


def home() -> HomePage:
    """The front page under Wagtail's root, made once."""
    existing: HomePage | None = HomePage.objects.first()
    if existing:
        return existing
    root = Page.get_first_root_node()
    assert root is not None
    page = planted(HomePage, root, title="Alongside", slug="alongside")
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "port": 80, "root_page": page, "site_name": "Alongside"},
    )
    Site.clear_site_root_paths_cache()
    return page


def catalogue() -> CataloguePage:
    """The catalogue under the front page, made once."""
    existing: CataloguePage | None = CataloguePage.objects.first()
    return existing or planted(CataloguePage, home(), title="Modules", slug="modules")


def principle(code: str = "CCP1") -> Principle:
    """One of the common core principles, by code."""
    return Principle.objects.get_or_create(
        code=code,
        defaults={
            "title": f"Principle {code}",
            "summary": f"What {code} means.",
            "position": int(code.lstrip("CP") or 0),
        },
    )[0]


def lesson_block(title: str, outcome: str, *body: tuple[str, Any], minutes: int = 10) -> dict[str, Any]:
    """A lesson as StreamField data. `body` is (block type, value) pairs; one paragraph when left out."""
    blocks = body or (("heading", {"text": f"About {title}", "level": "2"}), ("text", f"<p>What {title} teaches.</p>"))
    return {
        "type": "lesson",
        "id": str(uuid.uuid4()),
        "value": {
            "title": title,
            "slug": slugify(title),
            "summary": f"{title} in a sentence.",
            "minutes": minutes,
            "outcomes": [outcome],
            "principles": [principle().pk],
            "body": [{"type": kind, "id": str(uuid.uuid4()), "value": value} for kind, value in blocks],
        },
    }


class _QuestionFactory(factory.django.DjangoModelFactory[Question]):
    """A single-choice question whose option "a" is right; `options=[(key, text, right), …]` says otherwise."""

    class Meta:
        model = Question
        skip_postgeneration_save = True

    key = factory.Sequence(lambda n: f"Q{n}")
    outcome = "O1"
    stem = factory.LazyAttribute(lambda o: f"What is right about {o.key}?")
    feedback = factory.LazyAttribute(lambda o: f"The right answer to {o.key} is the first.")

    @factory.post_generation
    def options(self, create: bool, extracted: list[tuple[str, str, bool]] | None, **_: Any) -> None:
        if not create:
            return
        question = cast("Question", self)
        chosen = extracted or [("a", "This one", True), ("b", "Not this one", False), ("c", "Nor this one", False)]
        QuestionOption.objects.bulk_create(
            QuestionOption(
                question=question,
                key=key,
                text=text,
                correct=right,
                feedback=f"{text}: {'yes' if right else 'no'}, because.",
                sort_order=order,
            )
            for order, (key, text, right) in enumerate(chosen)
        )
        question.principles.add(principle())


QuestionFactory = typed(Question, _QuestionFactory)


class _ModuleFactory(factory.django.DjangoModelFactory[ModulePage]):
    """A module page under the catalogue: two outcomes, two lessons, three questions an outcome of which two are drawn.

    `published=True` publishes it the way the CMS does, which makes its first ModuleVersion. `lessons=` takes
    `lesson_block`s; `questions=0` writes none.
    """

    class Meta:
        model = ModulePage

    title = factory.Sequence(lambda n: f"Module {n}")
    slug = factory.LazyAttribute(lambda o: slugify(o.title))
    summary = factory.LazyAttribute(lambda o: f"What {o.title} is about.")
    for_whom = "Anyone who meets carers at work."
    minutes = 20
    after_last_try = "Talk to your training lead, who can allow another try."

    @classmethod
    def _create(
        cls,
        model_class: type[ModulePage],
        *_: Any,
        published: bool = False,
        lessons: list[dict[str, Any]] | None = None,
        questions: int = 3,
        **kwargs: Any,
    ) -> ModulePage:
        chosen = lessons or [lesson_block("First lesson", "O1"), lesson_block("Second lesson", "O2")]
        page = model_class(live=False, lessons=json.dumps(chosen), **kwargs)
        page.outcomes = [
            ModuleOutcome(key="O1", text="Say who is a carer", sort_order=0),
            ModuleOutcome(key="O2", text="Know what to do next", sort_order=1),
        ]
        page.sectors = [Sector.objects.get_or_create(slug="social-care", defaults={"title": "Social care"})[0]]
        page.nations = [Nation.objects.get_or_create(title="England")[0]]
        page.principles = [principle()]
        catalogue().add_child(instance=page)
        slugs = [block["value"]["slug"] for block in chosen]
        for outcome, lesson in (("O1", slugs[0]), ("O2", slugs[-1])):
            for number in range(1, questions + 1):
                QuestionFactory(key=f"{page.slug}-{outcome}-{number}"[:40], module=page, outcome=outcome, lesson=lesson)
        return republish(page) if published else page


ModuleFactory = typed(ModulePage, _ModuleFactory)


def republish(
    page: ModulePage, *, kind: str = ChangeKind.CORRECTION, note: str = "", user: User | None = None, **changes: Any
) -> ModulePage:
    """Changes fields of a module and publishes it, as a trainer would; returns the page as it now stands."""
    page = ModulePage.objects.get(pk=page.pk)
    for name, value in changes.items():
        setattr(page, name, json.dumps(value) if name == "lessons" else value)
    page.change_kind, page.change_note = kind, note or "Changed by a test."
    if kind == ChangeKind.NEW_TRAINING and not page.holders_due_by:
        page.holders_due_by = timezone.localdate() + datetime.timedelta(days=60)
    page.save_revision(user=user).publish(user=user)
    # Inside a test's transaction nothing is committed, so what is cached about content is made stale here.
    cache.delete(GENERATION)
    page.refresh_from_db()
    return page

"""What the demo's people have done so far, made through the same services that learners use."""

from __future__ import annotations

import datetime

from django.utils import timezone

from courses.content.models import ModulePage
from courses.people.models import Organisation, Person, Unit
from courses.privacy.models import ClockStart, ErasurePart, ErasureRequest, RetentionAction, RetentionClass
from courses.privacy.rules import answer_by
from courses.records import queries, services
from courses.records.drafting import Terms
from courses.records.models import Attempt
from courses.records.services import requiring

AWARENESS = "carer-awareness-everybodys-business"
ASSESSMENTS = "carers-assessments-getting-it-right"
SCHOOLS = "young-carers-in-school"

# name -> {module: what}; "done N": completed N days ago; "lessons N": so many lessons done; "failed": no try left.
# One after the other where she took it again: early, in the last weeks of what she held, and once too late.
STORIES: dict[str, dict[str, str]] = {
    "Amina Okafor": {AWARENESS: "done 260", ASSESSMENTS: "lessons 2"},
    "Helen Whitfield": {AWARENESS: "done 410", ASSESSMENTS: "done 300"},
    "Priya Nair": {AWARENESS: "done 120"},
    "Blessing Rahman": {AWARENESS: "done 330", ASSESSMENTS: "done 690"},
    "Catrin Hughes": {AWARENESS: "done 1070", ASSESSMENTS: "done 150"},
    "Dmitri Petrov": {AWARENESS: "done 700", ASSESSMENTS: "done 500"},
    "Eilidh Fraser": {AWARENESS: "done 90", ASSESSMENTS: "lessons 5"},
    "Farah Siddiqui": {AWARENESS: "done 500", ASSESSMENTS: "done 760"},
    "George Mensah": {AWARENESS: "done 45", ASSESSMENTS: "failed"},
    "Hana Kobayashi": {AWARENESS: "done 15", ASSESSMENTS: "done 30"},
    "Ivy Clarke": {AWARENESS: "lessons 3"},
    "Jonah Silva": {},
    "Kemi Balogun": {AWARENESS: "done 640"},
    "Walter Finch": {AWARENESS: "done 420", ASSESSMENTS: "done 400"},
    "Liam O'Connor": {AWARENESS: "done 200"},
    "Mei Chen": {AWARENESS: "done 580"},
    "Noor Hassan": {AWARENESS: "lessons 6"},
    "Olive Barker": {},
    "Pavel Novak": {AWARENESS: "done 310", SCHOOLS: "done 690, done 340"},
    "Queenie Ellis": {AWARENESS: "done 400", SCHOOLS: "lessons 2"},
    "Ravi Menon": {AWARENESS: "done 25", SCHOOLS: "done 800, done 440, done 60"},
    "Vera Lomax": {AWARENESS: "done 600", SCHOOLS: "done 560"},
    "Siobhan Daly": {AWARENESS: "done 75"},
    "Tariq Aziz": {AWARENESS: "lessons 1"},
}


def make_requirements(today: datetime.date) -> None:
    """The rules of the two organisations, in force since two years ago."""
    since = today - datetime.timedelta(days=730)
    northfield = Organisation.objects.get(slug="northfield-council")
    southmere = Organisation.objects.get(slug="southmere-hospital-trust")
    module = {page.slug: page.pk for page in ModulePage.objects.all()}
    team = Unit.objects.get(organisation=northfield, name="Adult Assessments")
    schools = Unit.objects.get(organisation=northfield, name="Schools and Families")
    by = Person.objects.get(logins__email="lead@example.org")
    rules = [
        Terms(organisation=northfield, module_id=module[AWARENESS], days_after_joining=30, starts_on=since),
        Terms(
            organisation=northfield,
            unit=team,
            module_id=module[ASSESSMENTS],
            due_on=today + datetime.timedelta(days=40),
            starts_on=since,
        ),
        Terms(
            organisation=northfield,
            unit=schools,
            module_id=module[SCHOOLS],
            days_after_joining=60,
            starts_on=since,
        ),
    ]
    for terms in rules:
        requiring.require(terms=terms, by=by)
    theirs = Terms(organisation=southmere, module_id=module[AWARENESS], days_after_joining=30, starts_on=since)
    requiring.require(terms=theirs, by=None)


def make_history(now: datetime.datetime) -> None:
    """Plays each story through the services."""
    modules = {page.slug: page for page in ModulePage.objects.select_related("current_version")}
    people = {person.name: person for person in Person.objects.all()}
    for name, stories in STORIES.items():
        for slug, told in stories.items():
            for story in told.split(", "):
                play(person=people[name], module=modules[slug], story=story, now=now)


def make_privacy(now: datetime.datetime) -> None:
    """One colleague has asked for erasure and waits for the lead's answer; the council keeps details for two years."""
    northfield = Organisation.objects.get(slug="northfield-council")
    asked_at = now - datetime.timedelta(days=24)
    request = ErasureRequest.objects.create(
        person=Person.objects.get(name="Ivy Clarke"),
        asked_at=asked_at,
        answer_by=answer_by(timezone.localdate(asked_at)),
    )
    ErasurePart.objects.create(request=request, organisation=northfield)
    RetentionClass.objects.create(
        organisation=northfield,
        name="Answers to questions",
        starts=ClockStart.COMPLETION,
        months=24,
        action=RetentionAction.DETAILS,
        source="Made up for this demo.",
    )


def play(*, person: Person, module: ModulePage, story: str, now: datetime.datetime) -> None:
    """One person's way through one module, as `STORIES` tells it."""
    what, _, number = story.partition(" ")
    day = datetime.timedelta(days=1)
    if what == "done":
        end = now - int(number) * day
        attempt = _lessons(person, module, begin=end - 2 * day, count=None)
        _sit(attempt, at=end, right=True)
    elif what == "lessons":
        _lessons(person, module, begin=now - 6 * day, count=int(number))
    elif what == "failed":
        attempt = _lessons(person, module, begin=now - 20 * day, count=None)
        for number_of_try in range(int(attempt.version.outline["tries"])):
            _sit(attempt, at=now - (9 - 3 * number_of_try) * day, right=False)


def _lessons(person: Person, module: ModulePage, *, begin: datetime.datetime, count: int | None) -> Attempt:
    attempt = services.start(person=person, module=module, now=begin)
    for number, lesson in enumerate(attempt.version.outline["lessons"][:count], 1):
        at = begin + number * datetime.timedelta(minutes=11)
        for activity in lesson.get("activities", ()):
            _activity(attempt, activity["id"], at)
        services.finish_lesson(attempt=attempt, lesson_id=lesson["id"], now=at)
    return attempt


def _activity(attempt: Attempt, block_id: str, at: datetime.datetime) -> None:
    """Does an activity in its words, all right."""
    block = queries.activity_block(attempt, block_id)
    if block is None:
        return
    chosen = {
        asked["id"]: [option["key"] for option in asked["question"]["options"] if option["correct"]]
        for asked in block["words"]
        if asked["type"] == "knowledge_check"
    }
    services.answer_in_words(attempt=attempt, block=block, chosen=chosen, now=at)


def _sit(attempt: Attempt, *, at: datetime.datetime, right: bool) -> None:
    """Sits the assessment: all right but one, or about half."""
    minute = datetime.timedelta(minutes=1)
    sitting = services.begin_try(attempt=attempt, now=at - 20 * minute)
    questions = queries.questions_of(attempt.version, [item["question"] for item in sitting.drawn])
    for number, item in enumerate(sitting.drawn):
        options = questions[item["question"]]["options"]
        good = number != 0 if right else number % 2 == 0
        chosen = [option["key"] for option in options if option["correct"] == good][: None if good else 1]
        services.save_answer(
            attempt=attempt,
            slot=f"q:{sitting.number}:{item['question']}",
            value=chosen,
            client="demo",
            counter=number,
            now=at - (19 - number % 18) * minute,
        )
    services.submit_try(sitting=sitting, now=at)

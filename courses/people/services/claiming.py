"""Whom an employer's file made becomes who accepts the invitation: one person, whatever both have so far.

The address decides: the invitation is bound to it and whoever accepts has proved it. Nobody is taken over: an account
is joined only by whom it belongs to, pressing a button that says where she joins. Where both have learning, a layer
above makes the two one with both histories kept.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import models, transaction

from courses.people.models import Employment, ImportRow, Invitation, Membership, Person, User


class CannotClaimError(Exception):
    """Whom the file made has an account: it is hers, and only she can join the two (merging)."""


both_have_records: list[Callable[[Person, Person], None]] = []
"""Who makes two people with records one: called with the one who goes and the one who stays, inside the transaction. A
plain list, as `people.changes` has: the app that does it stands above the records."""


PLAIN = {"Employment", "Membership", "Absence", "ImportRow", "Invitation"}
"""What an employer's file and screens write about a person before she has an account: their pointer may move."""


@transaction.atomic
def claim(*, invited: Person, person: Person) -> Person:
    """One person out of whom the file made (`invited`) and who accepted (`person`); returns her.

    A new account has nothing yet: its login moves to `invited`, where what her managers noted is. One with learning of
    its own keeps its person, and posts and employment move there; where `invited` has records too, or both work for one
    employer, the two are merged. Safe to ask again."""
    if invited.pk == person.pk:
        return person
    list(Person.objects.select_for_update().filter(pk__in=[invited.pk, person.pk]).order_by("pk"))
    if User.objects.filter(person=invited).exists():
        raise CannotClaimError
    if not pointing_at(person, besides={"User", "Invitation"}):
        User.objects.filter(person=person).update(person=invited)
        Invitation.objects.filter(used_by=person).update(used_by=invited)
        Person.objects.filter(pk=person.pk).delete()
        return invited
    employed = Employment.objects.filter(
        person=person, ends_on=None, organisation__in=invited.employments.filter(ends_on=None).values("organisation")
    )
    if pointing_at(invited, besides=PLAIN) or employed.exists():
        if not both_have_records:
            raise CannotClaimError
        for merger in both_have_records:
            merger(invited, person)
        return person
    _move(invited, person)
    Person.objects.filter(pk=invited.pk).delete()
    return person


def pointing_at(person: Person, *, besides: set[str]) -> set[str]:
    """The names of models with a row about `person`, but for those that are counted again by themselves."""
    found = set()
    for relation in relations():
        model = relation.related_model
        if model.__name__ in besides or (relation.on_delete is models.CASCADE and model is not Invitation):
            continue
        if model._base_manager.filter(**{relation.field.name: person}).exists():
            found.add(model.__name__)
    return found


def relations() -> list[models.ManyToOneRel]:
    """Everything that points to a person, also what has no name on her side."""
    return [one for one in Person._meta.get_fields(include_hidden=True) if isinstance(one, models.ManyToOneRel)]


def _move(invited: Person, person: Person) -> None:
    # Two open posts in one unit are refused by the database: hers stays, the file's ends before it began.
    held = Membership.objects.filter(person=person, ends_on=None).values_list("unit_id", "role")
    for unit_id, role in held:
        Membership.objects.filter(person=invited, unit_id=unit_id, role=role, ends_on=None).delete()
    for relation in relations():
        if relation.related_model.__name__ in PLAIN:
            relation.related_model._base_manager.filter(**{relation.field.name: invited}).update(
                **{relation.field.name: person}
            )
    ImportRow.objects.filter(person=person).exclude(undo={}).update(undo={"kept": "She has joined with her account."})

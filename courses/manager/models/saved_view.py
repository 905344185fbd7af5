from __future__ import annotations

from django.db import models

from courses.people.models import Organisation, Person


class ViewKind(models.TextChoices):
    MATRIX = "matrix", "Matrix"
    PEOPLE = "people", "People"


class SavedView(models.Model):
    """A list as somebody likes to see it: what is chosen, which columns, in which order. Never whom it showed.

    Shared, the other managers of the organisation find it too; it shows each of them her own people. `choices` are the
    fields of the filter, {name: [values]}, without the name searched for and without a day.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=ViewKind.choices)
    name = models.CharField(max_length=80)
    choices = models.JSONField(default=dict)
    shared = models.BooleanField(default=False)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "kind", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name

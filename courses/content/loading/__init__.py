"""Writes `material/` into the CMS: pages, questions, figures, pictures. What is there already is left alone, unless
`update=True` brings it up to the files, as a correction."""

from __future__ import annotations

import uuid
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from wagtail.models import Page

from courses.content import models
from courses.content.material import Data, Material
from courses.content.typography import curly
from courses.content.workflow import setup_workflow

from .blocks import BlockMaker, FindPackage, stored_package, typeset
from .ground import home_page, seed

KIND = {"change_kind": models.ChangeKind.CORRECTION, "change_note": "Brought up to the course material."}
_NAMESPACE = uuid.UUID("6f1c9d52-3a0e-4b7a-9f53-5b8f6f0f6a11")


def stable_id(*parts: object) -> str:
    """A block id that is the same each time the same material is loaded, so that progress stays attached to it."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(str(part) for part in parts)))


@transaction.atomic
def load_material(material: Material, *, update: bool = False, packages: FindPackage = stored_package) -> list[str]:
    """Loads everything of `material` and says, a line each, what was made or changed. Safe to run again. `packages`
    finds what activities play; MaterialError when one is missing, and nothing is loaded."""
    loader = Loader(material, update=update, packages=packages)
    loader.load()
    if setup_workflow():
        loader.said.append("Made the workflow of modules")
    return loader.said


class Loader:
    """One run of `load_material`; holds what the steps share."""

    def __init__(self, material: Material, *, update: bool, packages: FindPackage) -> None:
        self.material = material
        self.packages = packages
        self.update = update
        self.said: list[str] = []
        self.resources: dict[str, models.ResourcePage] = {}

    def load(self) -> None:
        self.principles = seed(self.material)
        home = home_page()
        catalogue = self._page(home, models.CataloguePage, "modules", title="Modules", intro="")
        resources = self._page(
            home,
            models.ResourceIndexPage,
            "resources",
            title="Resources",
            intro="Packs and guides to print, teach from and give away. Free, with no account.",
            show_in_menus=True,
        )
        help_index = self._page(
            home,
            models.HelpIndexPage,
            "help",
            title="Help",
            intro="How to find your way on this site.",
            show_in_menus=True,
        )
        for pack in self.material.packs:
            self._pack(resources, pack)
        for data in self.material.help_pages:
            self._prose_page(help_index, models.HelpPage, data)
        for data in self.material.site_pages:
            self._prose_page(home, models.StandardPage, data)
        for module in self.material.modules:
            self._module(catalogue, module)

    def _page(self, parent: Page, model: type[Any], slug: str, **fields: Any) -> Any:
        page = model.objects.child_of(parent).filter(slug=slug).first()
        if page is None:
            page = parent.add_child(instance=model(slug=slug, **fields))
            page.save_revision().publish()
        return page

    def _prose_page(self, parent: Page, model: type[Any], data: Data) -> None:
        self._write(
            parent,
            model,
            data["slug"],
            title=data["title"],
            summary=data.get("summary", ""),
            body=self._stream(data, data["folder"], data["slug"]),
        )

    def _pack(self, parent: Page, pack: Data) -> None:
        page = self._write(
            parent,
            models.ResourcePackPage,
            pack["slug"],
            title=pack["title"],
            summary=pack["summary"],
            audience=pack.get("audience", ""),
            collects=pack.get("collects", ""),
        )
        page.nations.set(models.Nation.objects.filter(title__in=pack.get("nations", [])))
        page.save()
        for data in pack["resources"]:
            self.resources[f"{pack['slug']}/{data['slug']}"] = self._write(
                page,
                models.ResourcePage,
                data["slug"],
                title=data["title"],
                kind=data["kind"],
                summary=data["summary"],
                audience=data["audience"],
                reviewed=data.get("reviewed"),
                body=self._stream(data, data["folder"], pack["slug"], data["slug"]),
            )

    def _write(self, parent: Page, model: type[Any], slug: str, **fields: Any) -> Any:
        """Creates and publishes a page, or with `update` brings an existing one up to `fields`."""
        fields = typeset(fields)
        page = model.objects.child_of(parent).filter(slug=slug).first()
        if page is None:
            page = parent.add_child(instance=model(slug=slug, **fields))
            self.said.append(f"Made {page.title}")
        elif self.update:
            for name, value in fields.items():
                setattr(page, name, value)
            self.said.append(f"Brought up to date {page.title}")
        else:
            return page
        page.save_revision().publish()
        return page

    def _module(self, catalogue: Page, data: Data) -> None:
        page = models.ModulePage.objects.child_of(catalogue).filter(slug=data["slug"]).first()
        if page and not self.update:
            return
        new = page is None
        if page is None:
            page = models.ModulePage(slug=data["slug"], live=False)
        self._module_fields(page, data)
        if new:
            catalogue.add_child(instance=page)
        else:
            page.change_kind, page.change_note = KIND["change_kind"], KIND["change_note"]
        page.sectors.set(models.Sector.objects.filter(slug__in=data["sectors"]))
        page.nations.set(models.Nation.objects.filter(title__in=data["nations"]))
        page.principles.set([self.principles[code] for code in data["principles"]])
        page.outcomes.set(
            [
                models.ModuleOutcome(key=outcome["key"], text=curly(outcome["text"]), sort_order=order)
                for order, outcome in enumerate(data["outcomes"])
            ]
        )
        page.save()
        for question in data["questions"]:
            self._question(page, question)
        page.lessons = self._lessons(data)
        page.save_revision().publish()
        self.said.append(f"{'Made' if new else 'Brought up to date'} {page.title}")

    def _module_fields(self, page: models.ModulePage, data: Data) -> None:
        page.title = page.draft_title = curly(data["title"])
        page.owner_name = data.get("owner", "")
        page.change_kind = data.get("change_kind", "new-training")
        page.change_note = data.get("change_note", "First version.")
        for name in (
            "summary",
            "for_whom",
            "minutes",
            "pass_mark",
            "tries",
            "after_last_try",
            "questions_per_outcome",
            "layout",
            "valid_months",
            "retention",
            "private",
            "review_by",
        ):
            if name in data:
                setattr(page, name, curly(data[name].strip()) if isinstance(data[name], str) else data[name])

    def _question(self, page: models.ModulePage, data: Data) -> None:
        question = models.Question.objects.filter(key=data["id"]).first() or models.Question(key=data["id"])
        question.module = page
        for name in ("kind", "use", "outcome", "lesson", "stem", "feedback", "review_by"):
            setattr(question, name, typeset(data.get(name)) or (None if name == "review_by" else ""))
        question.options.set(
            [
                models.QuestionOption(
                    key="abcdefghij"[order],
                    text=curly(str(option["text"]).strip()),
                    correct=bool(option.get("correct")),
                    feedback=curly(option["feedback"].strip()),
                    sort_order=order,
                )
                for order, option in enumerate(data["options"])
            ]
        )
        question.save()
        question.principles.set([self.principles[code] for code in data["principles"]])
        question.nations.set(models.Nation.objects.filter(title__in=data.get("nations", [])))

    def _lessons(self, data: Data) -> Any:
        field = models.ModulePage._meta.get_field("lessons")
        raw = [
            {
                "type": "lesson",
                "id": stable_id(data["slug"], lesson["slug"]),
                "value": {
                    "title": curly(lesson["title"]),
                    "slug": lesson["slug"],
                    "summary": curly(lesson.get("summary", "")),
                    "minutes": lesson["minutes"],
                    "outcomes": lesson.get("outcomes", []),
                    "principles": [self.principles[code].pk for code in lesson.get("principles", [])],
                    "body": self._raw(lesson, data["folder"], data["slug"], lesson["slug"]),
                },
            }
            for lesson in data["lessons"]
        ]
        return field.stream_block.to_python(raw)

    def _stream(self, data: Data, folder: Path, *where: str) -> Any:
        field = models.ResourcePage._meta.get_field("body")
        return field.stream_block.to_python(self._raw(data, folder, *where))

    def _raw(self, data: Data, folder: Path, *where: str) -> list[Data]:
        maker = BlockMaker(self.resources, folder, self.packages, partial(stable_id, *where))
        return [
            {
                "type": block["type"].replace("-", "_"),
                "id": stable_id(*where, number),
                "value": typeset(getattr(maker, block["type"].replace("-", "_"))(block)),
            }
            for number, block in enumerate(data["blocks"])
        ]

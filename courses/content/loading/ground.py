"""What the pages of the material stand on: the lists that they choose from, and the home page of the site."""

from __future__ import annotations

from django.conf import settings
from wagtail.models import Locale, Page, Site

from courses.content import models
from courses.content.material import Material
from courses.content.material_faults import NATIONS, SECTORS

from .blocks import typeset


def seed(material: Material) -> dict[str, models.Principle]:
    """Sectors, nations, principles and figures, brought up to the material; the principles by their codes."""
    for position, (slug, title) in enumerate(SECTORS.items()):
        models.Sector.objects.update_or_create(slug=slug, defaults={"title": title, "position": position})
    for position, title in enumerate(NATIONS):
        models.Nation.objects.update_or_create(title=title, defaults={"position": position})
    for position, data in enumerate(material.principles):
        models.Principle.objects.update_or_create(
            code=data["code"],
            defaults=typeset({"title": data["title"], "summary": data["summary"], "position": position}),
        )
    for data in material.figures.values():
        models.Figure.objects.update_or_create(
            key=data["key"],
            defaults={
                **{k: data[k] for k in ("value", "says", "source", "dated", "checked_on", "review_by")},
                "dated_words": data.get("dated_words", ""),
                "nations": ", ".join(data.get("nations", [])),
            },
        )
    return {principle.code: principle for principle in models.Principle.objects.all()}


def home_page() -> models.HomePage:
    """The home page, made where there is none, as the root of the site at SITE_ORIGIN."""
    home: models.HomePage | None = models.HomePage.objects.first()
    if home is None:
        Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
        root = Page.get_first_root_node()
        for page in root.get_children().filter(slug="home"):
            page.delete()
        root.refresh_from_db()
        home = root.add_child(
            instance=models.HomePage(
                title="Alongside",
                slug="home",
                intro="Free, practical training for people who meet unpaid carers at work: social workers, nurses, "
                "teachers, care workers, employers and volunteers.",
            )
        )
    host, _, port = settings.SITE_ORIGIN.split("//", 1)[1].partition(":")
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": host,
            "port": int(port or (443 if settings.SITE_ORIGIN.startswith("https") else 80)),
            "root_page": home,
            "site_name": settings.SITE_NAME,
        },
    )
    return home

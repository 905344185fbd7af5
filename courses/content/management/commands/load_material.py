"""manage.py load_material: course text from files into the CMS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.content.loading import load_material
from courses.content.material import MaterialError, read_material


class Command(BaseCommand):
    help = "Loads modules, questions, figures and resources from material/ into the CMS; leaves what is there alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", default=str(Path(settings.BASE_DIR) / "material"))
        parser.add_argument(
            "--update", action="store_true", help="Bring existing pages up to the files, as a correction."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        material = read_material(Path(options["folder"]))
        if material.faults:
            raise CommandError("The material has faults; nothing was loaded:\n" + "\n".join(material.faults))
        try:
            said = load_material(material, update=options["update"])
        except MaterialError as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
        for line in said:
            self.stdout.write(line)

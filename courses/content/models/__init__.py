from .figure import Figure
from .media import LessonMedia
from .module import CataloguePage, ModuleOutcome, ModulePage
from .package import Library, Package, PackageKind, PackageUpload, PackageVersion, UploadStatus
from .pages import HelpIndexPage, HelpPage, HomePage, StandardPage
from .principle import Nation, Principle, Sector
from .question import Question, QuestionOption
from .resource import ResourceIndexPage, ResourcePackPage, ResourcePage
from .story import FrozenStory, Story
from .version import ChangeKind, LessonVersion, ModuleVersion, QuestionVersion

__all__ = [
    "CataloguePage",
    "ChangeKind",
    "Figure",
    "FrozenStory",
    "HelpIndexPage",
    "HelpPage",
    "HomePage",
    "LessonMedia",
    "LessonVersion",
    "Library",
    "ModuleOutcome",
    "ModulePage",
    "ModuleVersion",
    "Nation",
    "Package",
    "PackageKind",
    "PackageUpload",
    "PackageVersion",
    "Principle",
    "Question",
    "QuestionOption",
    "QuestionVersion",
    "ResourceIndexPage",
    "ResourcePackPage",
    "ResourcePage",
    "Sector",
    "StandardPage",
    "Story",
    "UploadStatus",
]
